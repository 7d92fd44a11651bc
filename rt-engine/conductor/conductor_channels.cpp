// The conductor's channels: controllers, bends, programs and time, and the voices that they reach.
#include "rt-engine/conductor/conductor.h"

namespace forerun {

void Conductor::control(const Event& event) {
    const auto index = static_cast<std::uint8_t>(event.channel % 16);
    stage_.control(index, event);
    using Change = ChannelState::Change;
    const auto change = channels_[index].control(event.number, event.value);
    switch (change) {
    case Change::nothing: return;
    case Change::zone:
        if (MpeZones::can_be_master(index)) set_zone(index, event.frame);
        return;
    case Change::bend:
        channels_.share_bend_range(index);
        return send_all_to_channel(channels_.master_of(index), VoiceMessageKind::bend, event.frame);
    case Change::tuning: return retune(event.frame);
    case Change::timbre: return send_all_to_channel(index, VoiceMessageKind::timbre, event.frame);
    case Change::modulation: return send_all_to_channel(index, VoiceMessageKind::modulation, event.frame);
    default: break;
    }
    if (change == Change::all_notes_off || change == Change::all_sound_off) melodies_.forget_keys(index);
    voices_.for_each([&](std::uint32_t slot, ConductedVoice& voice) {
        if (!voice.hears(index)) return;
        if (change == Change::gains || change == Change::reset) mix_.send(slot, event.frame);
        if (change == Change::all_sound_off) sender_.stop(slot, event.frame);
        if (change == Change::sostenuto_down) voice.caught = voice.held;
        if (change == Change::sostenuto_up || change == Change::reset) voice.caught = false;
        if (voice.sustained && !voice.caught && !channels_.pedal_holds(voice)) sender_.release(slot, event.frame);
        if (voice.held && change == Change::all_notes_off) let_go(slot, event.frame);
    });
    if (change == Change::reset) {
        send_all_to_channel(index, VoiceMessageKind::bend, event.frame);
        send_all_to_channel(index, VoiceMessageKind::modulation, event.frame);
        send_all_to_channel(index, VoiceMessageKind::pressure, event.frame);
        send_all_to_channel(index, VoiceMessageKind::timbre, event.frame);
    }
}

// Notes of the old order end.
void Conductor::set_zone(std::uint8_t master, std::int64_t frame) {
    const auto moved = channels_.set_zone(master);
    voices_.for_each([&](std::uint32_t slot, ConductedVoice& voice) {
        const bool is_of_it = (moved >> voice.channel & 1) != 0 || voice.master == master;
        if (is_of_it && (voice.held || voice.sustained)) sender_.release(slot, frame);
    });
    for (std::uint8_t c = 0; c < Channels::count; ++c)
        if (c == master || (moved >> c & 1) != 0) melodies_.forget_keys(c);
    retune(frame);
}

void Conductor::change_program(const Event& event) {
    const auto channel = static_cast<std::uint8_t>(event.channel % 16);
    channels_[channel].select_program(event.number);
    channels_.drums().choose_by_bank(channel, channels_[channel].bank, rig(), stage_.used_rig());
    stage_.change_program(event, channels_.part_of(channel, rig(), stage_.used_rig()));
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

}  // namespace forerun
