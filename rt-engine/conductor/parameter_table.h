// The current parameters of all instruments: for new notes, and for display in SharedState.
//
// A parameter has the rig's value until it is changed. An unchanged one follows the rig when that is reloaded, and so does one
// that was set back to the rig's value.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "shared/rig/rig.h"
#include "shared/shared_state.h"

namespace forerun {

// [conductor]
class ParameterTable {
public:
    // describe_graph() has entered the rig's parameters into the state.
    ParameterTable(SharedState& state, const Rig& rig) : state_(state) {
        for (const auto& instrument : rig.instruments) {
            auto& values = values_.emplace_back();
            for (const auto& parameter : instrument.parameters) values.push_back(parameter.value);
        }
        of_rig_ = values_;
    }

    struct Place {
        std::uint16_t instrument = 0;
        std::uint16_t parameter = 0;  // of the instrument's
    };
    // By its number in the table of all.
    std::optional<Place> at(std::uint16_t index) const {
        if (index >= state_.header().parameter_count.load(std::memory_order_relaxed)) return std::nullopt;
        const auto node = state_.parameter(index).node;
        return Place{node, static_cast<std::uint16_t>(index - state_.node(node).first_parameter)};
    }

    std::span<const float> values(std::uint16_t instrument) const { return values_[instrument]; }

    // Moves it as far as its range allows; where it is then.
    float move(Place place, float value) {
        auto& entry = entry_of(place);
        value = std::clamp(value, entry.minimum, entry.maximum);
        entry.moved.store(value != of_rig_[place.instrument][place.parameter], std::memory_order_relaxed);
        set(place, value);
        return value;
    }

    // The rig, or a script's defaults, are now these. Calls changed(parameter, value) for each that follows.
    template <typename Changed>
    void follow(std::uint16_t instrument, const std::vector<ParameterDescription>& of_rig, Changed changed) {
        for (std::uint16_t p = 0; p < of_rig.size(); ++p) {
            const auto value = of_rig[p].value;
            of_rig_[instrument][p] = value;
            const auto& entry = entry_of({instrument, p});
            if (entry.moved.load(std::memory_order_relaxed) != 0 || value == values_[instrument][p]) continue;
            set({instrument, p}, value);
            changed(p, value);
        }
    }

private:
    ParameterEntry& entry_of(Place place) const {
        return state_.parameter(state_.node(place.instrument).first_parameter + place.parameter);
    }
    void set(Place place, float value) {
        // Relaxed: for display; voices get a message.
        entry_of(place).value.store(value, std::memory_order_relaxed);
        values_[place.instrument][place.parameter] = value;
    }

    SharedState& state_;
    std::vector<std::vector<float>> values_;  // by instrument
    std::vector<std::vector<float>> of_rig_;  // where the rig has them
};

}  // namespace forerun
