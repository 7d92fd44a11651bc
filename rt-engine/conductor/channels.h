// The sixteen channels: the state of each, MPE zones, tunings, and which channels play drums. Works out control values for
// voices; the conductor sends them.
//
// In a zone, controls for all of its notes are kept in the master channel and added to each note's own.
#pragma once

#include <array>
#include <cstdint>

#include "rt-engine/conductor/channel_state.h"
#include "rt-engine/conductor/channel_tuning.h"
#include "rt-engine/conductor/drum_parts.h"
#include "rt-engine/conductor/mpe_zones.h"
#include "rt-engine/conductor/voice_table.h"
#include "shared/rig/rig.h"

namespace forerun {

// [conductor] Channels count from 0.
class Channels {
public:
    static constexpr std::uint8_t count = 16;

    ChannelState& operator[](std::uint8_t channel) { return states_[channel % count]; }
    const ChannelState& operator[](std::uint8_t channel) const { return states_[channel % count]; }
    std::uint8_t master_of(std::uint8_t channel) const { return zones_.master_of(channel % count); }

    // The value sent to the voice.
    double value(VoiceControl control, const ConductedVoice& voice, const InstrumentDescription& instrument) const;
    bool pedal_holds(const ConductedVoice& voice) const {
        return states_[voice.channel].sustain || states_[voice.master].sustain;
    }
    double key_hz(const InstrumentDescription& instrument, std::uint8_t channel, int key) const {
        return instrument.key_hz(key) * tuning_.ratio(channel);
    }

    // Whether a note is for the instrument: by channel (`part`: part_of() the note's master), program and bank, key, and
    // velocity as it was played.
    bool reach(const InstrumentDescription& instrument, const Event& note, std::uint8_t part) const;

    // The members of a zone share their range, whichever of them receives it.
    void share_bend_range(std::uint8_t channel);
    // As the channel's state asks for, with the specification's ranges until others are set. Which
    // channels have another master now, a bit for each.
    std::uint16_t set_zone(std::uint8_t master);
    // As after switching on; but zones are set up by the controller in the player's hands, and stay.
    void reset(bool banks_are_sounds);

    ChannelTuning& tuning() { return tuning_; }
    ChannelTuning::Ratios work_out_tuning() { return tuning_.work_out(states_, zones_); }
    DrumParts& drums() { return drums_; }
    // The channel whose instruments play this one's notes.
    std::uint8_t part_of(std::uint8_t channel, const Rig& rig, std::uint16_t used_rig) const {
        return drums_.part_of(channel, rig, used_rig);
    }

private:
    std::array<ChannelState, count> states_;
    MpeZones zones_;
    ChannelTuning tuning_;
    DrumParts drums_;
};

}  // namespace forerun
