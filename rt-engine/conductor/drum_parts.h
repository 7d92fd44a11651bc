// Which channels play drums, and so which instruments play a channel's notes.
//
// Channel 10 does, until a system exclusive message or a bank says otherwise. XG has its drums in banks 127 and 126 (high
// part), General MIDI 2 in 120; GS banks are sounds. A rig that defines such a bank itself overrides this.
#pragma once

#include <algorithm>
#include <cstdint>

#include "shared/rig/rig.h"

namespace forerun {

// [conductor] Channels count from 0. rig: the set, and of it the one that is used.
class DrumParts {
public:
    // System reset.
    void reset(bool banks_are_sounds) {
        *this = {};
        banks_are_sounds_ = banks_are_sounds;
    }

    void set(std::uint8_t channel, bool drums) {
        const auto bit = static_cast<std::uint16_t>(1u << channel);
        drums_ = static_cast<std::uint16_t>(drums ? drums_ | bit : drums_ & ~bit);
        by_bank_ = static_cast<std::uint16_t>(by_bank_ & ~bit);
    }

    // A program was chosen in this bank.
    void choose_by_bank(std::uint8_t channel, std::uint16_t bank, const Rig& rig, std::uint16_t used_rig) {
        const auto high = bank >> 7;
        const bool is_drums = !banks_are_sounds_ && (high == 127 || high == 126 || high == 120);
        if (!is_drums) {
            if (has(by_bank_, channel)) set(channel, false);
            return;
        }
        for (const auto& i : rig.instruments)
            if (i.rig == used_rig && i.bank == bank && has(i.channel_mask, channel)) return;
        if (has(drums_, channel)) return;
        set(channel, true);
        by_bank_ = static_cast<std::uint16_t>(by_bank_ | 1u << channel);
    }

    // The channel whose instruments play a channel's notes: one that became drums is played as channel 10, and channel 10 that
    // became none as the next one whose instruments have programs. Where a rig has none there, all stays as it is.
    std::uint8_t part_of(std::uint8_t channel, const Rig& rig, std::uint16_t used_rig) const {
        const bool drums = has(drums_, channel);
        constexpr std::uint8_t drum_channel = 9;
        if (drums == (channel == drum_channel)) return channel;
        const auto plays = [&](std::uint8_t c, bool programs) {
            return std::any_of(rig.instruments.begin(), rig.instruments.end(), [&](const InstrumentDescription& i) {
                return i.rig == used_rig && has(i.channel_mask, c) && (!programs || i.chooses_by_program());
            });
        };
        if (drums) return plays(drum_channel, false) ? drum_channel : channel;
        for (std::uint8_t other = 1; other < 16; ++other)
            if (const auto c = static_cast<std::uint8_t>((channel + other) % 16); plays(c, true)) return c;
        return channel;
    }

private:
    static bool has(unsigned channels, std::uint8_t channel) { return (channels >> channel & 1) != 0; }

    std::uint16_t drums_ = 1u << 9;  // channels whose notes are for the drums
    std::uint16_t by_bank_ = 0;      // those that became so by a bank
    bool banks_are_sounds_ = false;  // by GS, where no bank means drums
};

}  // namespace forerun
