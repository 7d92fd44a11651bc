// The presets that can be recalled: the rig's own, and those that were saved while playing.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "shared/rig/rig.h"

namespace forerun {

// [conductor]
class PresetList {
public:
    explicit PresetList(std::vector<Preset> of_rig) : presets_(std::move(of_rig)) {}

    std::size_t size() const { return presets_.size(); }
    const Preset& operator[](std::size_t number) const { return presets_[number]; }

    // The one that a program of a rig's channel recalls.
    std::optional<std::size_t> of_program(std::uint16_t rig, std::uint16_t program) const {
        const auto found = std::ranges::find_if(
            presets_, [&](const Preset& preset) { return preset.rig == rig && preset.program == program; });
        if (found == presets_.end()) return std::nullopt;
        return static_cast<std::size_t>(found - presets_.begin());
    }

    // Presets are numbered in the order in which they are kept, so the number of the next one is known beforehand.
    void keep(std::size_t number, Preset preset) {
        if (number == presets_.size()) presets_.push_back(std::move(preset));
    }

    // The rig's own are these now, as many as before; kept ones stay.
    void change(const std::vector<Preset>& of_rig) {
        std::copy_n(of_rig.begin(), std::min(of_rig.size(), presets_.size()), presets_.begin());
    }

private:
    std::vector<Preset> presets_;
};

}  // namespace forerun
