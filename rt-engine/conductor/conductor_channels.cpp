// The conductor's channels: controllers, bends and parameters, and the voices that they reach.
#include <algorithm>
#include <cmath>

#include "rt-engine/conductor/conductor.h"

namespace forerun {

void Conductor::control(const Event& event) {
    const auto index = static_cast<std::uint8_t>(event.channel % 16);
    const auto move = [&](const ControllerTarget& target, float value) {
        set_parameter({target.instrument, target.parameter}, value, event.frame);
    };
    if (const auto moved = controllers_.control(index, event.number, event.value, move)) {
        const auto value = static_cast<std::uint8_t>(std::lround(std::min(127.0, moved->value)));
        view_.show_move({.channel = index, .nrpn = moved->nrpn, .number = moved->number, .value = value});
    }
    using Change = ChannelState::Change;
    const auto change = channels_[index].control(event.number, event.value);
    switch (change) {
    case Change::nothing: return;
    case Change::zone:
        if (MpeZones::can_be_master(index)) set_zone(index, event.frame);
        return;
    case Change::bend:
        // The members of a zone share their range, whichever of them is told.
        for (std::uint8_t other = 0; zones_.is_member(index) && other < channels_.size(); ++other)
            if (zones_.is_member(other) && zones_.master_of(other) == zones_.master_of(index))
                channels_[other].bend_range = channels_[index].bend_range;
        return send_all_to_channel(zones_.master_of(index), VoiceMessageKind::bend, event.frame);
    case Change::tuning: return retune(event.frame);
    case Change::timbre: return send_all_to_channel(index, VoiceMessageKind::timbre, event.frame);
    case Change::modulation: return send_all_to_channel(index, VoiceMessageKind::modulation, event.frame);
    default: break;
    }
    if (change == Change::all_notes_off || change == Change::all_sound_off) melodies_.forget_keys(index);
    voices_.for_each([&](std::uint32_t slot, ConductedVoice& voice) {
        if (!voice.hears(index)) return;
        if (change == Change::gains || change == Change::reset) send_gains(slot, event.frame);
        if (change == Change::all_sound_off) sender_.stop(slot, event.frame);
        if (change == Change::sostenuto_down) voice.caught = voice.held;
        if (change == Change::sostenuto_up || change == Change::reset) voice.caught = false;
        if (voice.sustained && !voice.caught && !pedal_holds(voice)) sender_.release(slot, event.frame);
        if (voice.held && change == Change::all_notes_off) let_go(slot, event.frame);
    });
    if (change == Change::reset) {
        send_all_to_channel(index, VoiceMessageKind::bend, event.frame);
        send_all_to_channel(index, VoiceMessageKind::modulation, event.frame);
        send_all_to_channel(index, VoiceMessageKind::pressure, event.frame);
        send_all_to_channel(index, VoiceMessageKind::timbre, event.frame);
    }
}

// Notes of the old order end; ranges are those that the specification gives, until they are told others.
void Conductor::set_zone(std::uint8_t master, std::int64_t frame) {
    const auto before = zones_;
    zones_.configure(master, channels_[master].zone_members);
    const auto moved = [&](std::uint8_t c) { return zones_.master_of(c) != before.master_of(c); };
    voices_.for_each([&](std::uint32_t slot, ConductedVoice& voice) {
        if ((moved(voice.channel) || voice.master == master) && (voice.held || voice.sustained))
            sender_.release(slot, frame);
    });
    bool has_members = false;
    for (std::uint8_t c = 0; c < channels_.size(); ++c) {
        if (c == master) continue;
        const bool member = zones_.master_of(c) == master;
        has_members |= member;
        if (member)
            channels_[c].bend_range = MpeZones::member_bend_range;
        else if (moved(c))
            channels_[c].bend_range = -1;
        if (moved(c)) melodies_.forget_keys(c);
    }
    channels_[master].bend_range = has_members ? MpeZones::master_bend_range : -1;
    melodies_.forget_keys(master);
    retune(frame);
}

bool Conductor::pedal_holds(const ConductedVoice& voice) const {
    return channels_[voice.channel].sustain || channels_[voice.master].sustain;
}

void Conductor::set_parameter(const Event& event) {
    if (const auto place = parameters_.at(event.number)) set_parameter(*place, event.value, event.frame);
}

void Conductor::set_parameter(ParameterTable::Place place, float value, std::int64_t frame) {
    value = parameters_.move(place, value);
    voices_.for_each([&](std::uint32_t slot, ConductedVoice& voice) {
        if (voice.instrument == place.instrument)
            sender_.send(slot, VoiceMessageKind::parameter, frame, value, place.parameter);
    });
}

// Every worker has made the version ready.
void Conductor::reload(const Event& event) {
    if (!versions_.knows(event.number)) return;
    const auto version = static_cast<std::uint16_t>(event.value);
    // What has come right before it is the change of its defaults.
    const bool changed = event.number < rig_before_.instruments.size();
    versions_.use(event.number, version, changed ? &rig_before_.instruments[event.number].parameters : nullptr);
    sender_.set_arrival(0);  // nobody waits for it with a key in hand: no figure of response
    voices_.for_each([&](std::uint32_t slot, ConductedVoice& voice) {
        if (voice.instrument != event.number) return;
        voice.version = version;
        sender_.send(slot, VoiceMessageKind::reload, event.frame, 0, version);
    });
}

// A note of a newer version has failed: the next ones play what has worked.
void Conductor::go_back_from(const WorkerReport& report) {
    const auto& voice = voices_[report.slot];
    std::vector<ParameterDescription> before;
    if (voice.generation != report.generation || !versions_.fail(voice.instrument, voice.version, before)) return;
    if (before.empty()) return;
    rig_.instruments[voice.instrument].parameters = std::move(before);
    take_values(voice.instrument, clock_);
}

double Conductor::value_for(VoiceMessageKind kind, const ConductedVoice& voice) const {
    const auto& own = channels_[voice.channel];
    const auto& master = channels_[voice.master];
    const auto& instrument = rig_.instruments[voice.instrument];
    const bool in_zone = voice.master != voice.channel;
    switch (kind) {
    case VoiceMessageKind::bend:
        return std::exp2((own.bend_keys(instrument) + (in_zone ? master.bend_keys(instrument) : 0)) / 12);
    case VoiceMessageKind::pressure: return std::max(own.pressure, master.pressure);
    case VoiceMessageKind::timbre:
        return std::clamp(own.timbre + (in_zone ? master.timbre - resting_timbre : 0), 0.0, 1.0);
    default: return std::max(own.modulation, master.modulation);
    }
}

void Conductor::send_all_to_channel(std::uint8_t channel, VoiceMessageKind kind, std::int64_t frame) {
    voices_.for_each([&](std::uint32_t slot, ConductedVoice& voice) {
        if (voice.hears(channel % 16)) sender_.send(slot, kind, frame, value_for(kind, voice));
    });
}

void Conductor::keep_time(const Event& event) {
    if (!time_.keep(event)) return;
    sender_.set_arrival(0);  // nobody waits for it with a key in hand: no figure of response
    voices_.for_each([&](std::uint32_t slot, ConductedVoice&) { send_time(slot, event.frame); });
}

void Conductor::send_time(std::uint32_t slot, std::int64_t frame) {
    auto message = sender_.message_to(slot, VoiceMessageKind::time, frame);
    time_.describe(message, frame);
    sender_.send(message);
}

void Conductor::send_gains(std::uint32_t slot, std::int64_t frame) {
    sender_.send_gains(slot, frame, gains_of(voices_[slot]));
}

}  // namespace forerun
