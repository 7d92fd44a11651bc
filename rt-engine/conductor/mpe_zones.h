// Zones of MIDI Polyphonic Expression (MIDI 1.0 addendum M1-013, version 1.0): the notes of one instrument go round the member
// channels, so that each has a bend, a pressure and a timbre of its own; what is for all of them goes to the master channel.
//
//   lower zone   master 1, members 2, 3, ...            upper zone   master 16, members 15, 14, ...
#pragma once

#include <algorithm>
#include <cstdint>

namespace forerun {

// Channels count from 0. [conductor]
class MpeZones {
public:
    static constexpr double member_bend_range = 48, master_bend_range = 2;  // until RPN 0 says otherwise

    static bool can_be_master(std::uint8_t channel) { return channel == 0 || channel == 15; }

    // A later zone takes what it needs from the other (2.1.4).
    void configure(std::uint8_t master, int members) {
        auto& zone = master == 0 ? lower_ : upper_;
        auto& other = master == 0 ? upper_ : lower_;
        zone = std::clamp(members, 0, 15);
        other = std::min(other, std::max(0, 14 - zone));
    }
    // Whose notes these are; outside of zones a channel is its own.
    std::uint8_t master_of(std::uint8_t channel) const {
        if (channel >= 1 && channel <= lower_) return 0;
        if (channel <= 14 && channel >= 15 - upper_) return 15;
        return channel;
    }
    bool is_used_master(std::uint8_t channel) const { return channel == 0 ? lower_ > 0 : channel == 15 && upper_ > 0; }
    bool is_member(std::uint8_t channel) const { return master_of(channel) != channel; }

private:
    int lower_ = 0, upper_ = 0;  // members; 0: no zone
};

}  // namespace forerun
