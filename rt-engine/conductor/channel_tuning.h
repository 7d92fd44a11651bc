// The tuning offset of each channel: its own RPN 1 and 2, those of its MPE zone's master, and the master tuning.
#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <utility>

#include "rt-engine/conductor/channel_state.h"
#include "rt-engine/conductor/mpe_zones.h"

namespace forerun {

// [conductor]
class ChannelTuning {
public:
    using Ratios = std::array<double, 16>;
    using Channels = std::array<ChannelState, 16>;

    ChannelTuning() { ratios_.fill(1); }

    void set_master(bool fine, double keys) { (fine ? master_fine_keys_ : master_coarse_keys_) = keys; }
    void reset_master() { master_fine_keys_ = master_coarse_keys_ = 0; }

    // Of frequencies, as worked out last.
    double ratio(std::uint8_t channel) const { return ratios_[channel % 16u]; }

    // Works all out again; by which ratio each channel's sounding notes have to follow.
    Ratios work_out(const Channels& channels, const MpeZones& zones) {
        Ratios moved_by{};
        for (std::uint8_t c = 0; c < ratios_.size(); ++c) {
            const auto before = std::exchange(ratios_[c], ratio_of(c, channels, zones));
            moved_by[c] = ratios_[c] / before;
        }
        return moved_by;
    }

private:
    double ratio_of(std::uint8_t channel, const Channels& channels, const MpeZones& zones) const {
        const auto keys_of = [&](std::uint8_t c) { return channels[c].coarse_keys + channels[c].fine_keys; };
        const auto master = zones.master_of(channel);
        const auto all = master_fine_keys_ + master_coarse_keys_ + (master != channel ? keys_of(master) : 0);
        return std::exp2((keys_of(channel) + all) / 12);
    }

    Ratios ratios_;
    double master_fine_keys_ = 0, master_coarse_keys_ = 0;
};

}  // namespace forerun
