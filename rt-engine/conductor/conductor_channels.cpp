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
    case Change::bend_range:
        channels_.share_bend_range(index);
        return tell_channel(channels_.master_of(index), VoiceControl::bend, event.frame);
    case Change::tuning: return retune(event.frame);
    case Change::control: return tell_channel(index, *ChannelState::control_of(event.number), event.frame);
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
    if (change == Change::reset)
        for (const auto moved : all_voice_controls) tell_channel(index, moved, event.frame);
}

// The event is the control's own.
void Conductor::move_channel(const Event& event, VoiceControl control) {
    channels_[event.channel % 16].controls[control] = event.value;
    tell_channel(event.channel, control, event.frame);
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

void Conductor::tell_channel(std::uint8_t channel, VoiceControl control, std::int64_t frame) {
    voices_.for_each([&](std::uint32_t slot, ConductedVoice& voice) {
        if (voice.hears(channel % 16)) sender_.send(slot, frame, control, value_for(control, voice));
    });
}

void Conductor::keep_time(const Event& event) {
    if (!time_.keep(event)) return;
    sender_.set_arrival(0);  // nobody waits for it with a key in hand: no figure of response
    voices_.for_each([&](std::uint32_t slot, ConductedVoice&) { send_time(slot, event.frame); });
}

void Conductor::send_time(std::uint32_t slot, std::int64_t frame) { sender_.send(slot, frame, time_.at(frame)); }

}  // namespace forerun
