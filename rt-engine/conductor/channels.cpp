#include "rt-engine/conductor/channels.h"

#include <algorithm>
#include <cmath>

namespace forerun {

double Channels::value(VoiceControl control, const ConductedVoice& voice,
                       const InstrumentDescription& instrument) const {
    const auto& own = states_[voice.channel];
    const auto& master = states_[voice.master];
    const bool in_zone = voice.master != voice.channel;
    const auto& description = description_of(control);
    switch (description.master) {
    case MasterPart::adds_keys:
        return std::exp2((own.bend_keys(instrument) + (in_zone ? master.bend_keys(instrument) : 0)) / 12);
    case MasterPart::greater: return std::max(own.controls[control], master.controls[control]);
    case MasterPart::moves: break;
    }
    const auto moved = in_zone ? master.controls[control] - description.channel_rest : 0;
    return std::clamp(own.controls[control] + moved, 0.0, 1.0);
}

bool Channels::reach(const InstrumentDescription& instrument, const Event& note, std::uint8_t part) const {
    const auto& channel = states_[master_of(note.channel)];
    const auto velocity = std::clamp(std::lround(note.velocity() * 127), 1l, 127l);
    return (instrument.channel_mask >> part & 1) != 0 && channel.program >= instrument.first_program &&
           channel.program <= instrument.last_program && (!instrument.bank || *instrument.bank == channel.bank) &&
           instrument.plays_key(note.key()) && velocity >= instrument.least_velocity &&
           velocity <= instrument.most_velocity;
}

void Channels::share_bend_range(std::uint8_t channel) {
    for (std::uint8_t other = 0; zones_.is_member(channel) && other < count; ++other)
        if (zones_.is_member(other) && zones_.master_of(other) == zones_.master_of(channel))
            states_[other].bend_range = states_[channel].bend_range;
}

std::uint16_t Channels::set_zone(std::uint8_t master) {
    const auto before = zones_;
    zones_.configure(master, states_[master].zone_members);
    bool has_members = false;
    unsigned all_moved = 0;
    for (std::uint8_t c = 0; c < count; ++c) {
        const bool moved = zones_.master_of(c) != before.master_of(c);
        all_moved |= unsigned{moved} << c;
        if (c == master) continue;
        const bool member = zones_.master_of(c) == master;
        has_members |= member;
        if (member)
            states_[c].bend_range = MpeZones::member_bend_range;
        else if (moved)
            states_[c].bend_range = -1;
    }
    states_[master].bend_range = has_members ? MpeZones::master_bend_range : -1;
    return static_cast<std::uint16_t>(all_moved);
}

void Channels::reset(bool banks_are_sounds) {
    for (std::uint8_t c = 0; c < count; ++c) {
        const auto in_zone = zones_.is_member(c) || zones_.is_used_master(c);
        const auto bend_range = in_zone ? states_[c].bend_range : ChannelState{}.bend_range;
        states_[c] = {};
        states_[c].bend_range = bend_range;
    }
    drums_.reset(banks_are_sounds);
    tuning_.reset_master();
}

}  // namespace forerun
