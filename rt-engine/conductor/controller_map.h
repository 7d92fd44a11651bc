// Maps controllers to parameters, as the rig says or as they were learned.
//
// A value has a coarse part (0 to 127) and may have a fine one: controllers 32 to 63 are the fine parts of 0 to 31 unless the
// rig maps one of them, and 38 is that of 6, the data of the NRPN selected by 99 and 98. [conductor]
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "rt-engine/midi/midi_event.h"
#include "shared/rig/rig.h"

namespace forerun {

class ControllerMap {
public:
    explicit ControllerMap(const Rig& rig) : rig_(&rig), mappings_(rig.mappings) { use(0); }

    // Those of this rig of a set move something from now on.
    void use(std::uint16_t rig) {
        used_rig_ = rig;
        mapped_ = {};
        for (const auto& m : mappings_)
            if (!m.nrpn && used(m)) mapped_[m.number % 128] = true;
    }

    // From now on this controller moves only the learned parameter, which has no other learned controller.
    void learn(const ControllerMapping& taught) {
        const auto& target = taught.targets.at(0);
        const auto rig = rig_->rig_of(taught);
        std::erase_if(mappings_, [&](const ControllerMapping& m) {
            const bool same_target =
                m.targets[0].instrument == target.instrument && m.targets[0].parameter == target.parameter;
            const bool same_controller = m.nrpn == taught.nrpn && m.number == taught.number && rig_->rig_of(m) == rig;
            return m.learned ? same_target : same_controller;
        });
        mappings_.push_back(taught);
        use(used_rig_);
    }

    // Replaces the rig's; learned ones stay.
    void change(const std::vector<ControllerMapping>& of_rig) {
        const auto before = std::exchange(mappings_, of_rig);
        std::erase_if(mappings_, [](const ControllerMapping& m) { return m.learned; });
        use(used_rig_);
        for (const auto& mapping : before)
            if (mapping.learned) learn(mapping);
    }

    const std::vector<ControllerMapping>& mappings() const { return mappings_; }

    // What was moved, as a player would name it: not bank, data entry, channel modes.
    struct Moved {
        bool nrpn = false;
        std::uint16_t number = 0;
        double value = 0;  // 0 to 127
    };

    // Calls move(target, value of the parameter) for everything that it moves. value: 0 to 1.
    template <typename Move>
    std::optional<Moved> control(std::uint8_t channel, std::uint16_t number, double value, Move move) {
        if (number >= 128) return std::nullopt;
        auto& c = channels_[channel % 16u];
        const double data = controller_steps(value);
        if (number >= 32 && number < 64 && !mapped_[number] && number != 38) {
            apply(channel, false, number - 32u, c.coarse[number - 32u] + data / 128, move);
            return std::nullopt;
        }
        if (number < 32) c.coarse[number] = static_cast<float>(data);
        apply(channel, false, number, data, move);
        select(c, number, data);
        const bool enters = number == 6 || number == 38 || number == 96 || number == 97;
        if (enters && c.nrpn() != none) {
            if (number == 6) c.data = data;
            if (number == 38) c.data = std::floor(c.data) + data / 128;
            if (number == 96) c.data = std::min(127.0, c.data + 1);
            if (number == 97) c.data = std::max(0.0, c.data - 1);
            apply(channel, true, c.nrpn(), c.data, move);
            return Moved{true, static_cast<std::uint16_t>(c.nrpn()), c.data};
        }
        if (number == 0 || enters || (number >= 98 && number <= 101) || number >= 120) return std::nullopt;
        return Moved{false, number, data};
    }

private:
    static constexpr unsigned none = 127 << 7 | 127;
    struct Channel {
        std::array<float, 32> coarse{};
        unsigned msb = 127, lsb = 127;  // of the NRPN
        double data = 0;
        unsigned nrpn() const { return msb << 7 | lsb; }
    };

    bool used(const ControllerMapping& m) const { return rig_->set.empty() || rig_->rig_of(m) == used_rig_; }

    static void select(Channel& c, std::uint16_t number, double data) {
        const auto bits = static_cast<unsigned>(std::lround(data));
        if (number == 98) c.lsb = bits;
        if (number == 99) c.msb = bits;
        if (number == 98 || number == 99) c.data = 0;
        if (number == 100 || number == 101 || number == 121) c.msb = c.lsb = 127;  // data entry is the RPN's
    }

    template <typename Move>
    void apply(std::uint8_t channel, bool nrpn, unsigned number, double data, Move move) const {
        for (const auto& m : mappings_)
            if (m.nrpn == nrpn && m.number == number && (m.channel_mask >> (channel % 16) & 1) != 0 && used(m))
                for (const auto& target : m.targets) move(target, target.value(std::min(1.0, data / 127)));
    }

    const Rig* rig_;
    std::vector<ControllerMapping> mappings_;
    std::uint16_t used_rig_ = 0;
    std::array<bool, 128> mapped_{};
    std::array<Channel, 16> channels_;
};

}  // namespace forerun
