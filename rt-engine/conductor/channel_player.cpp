#include "rt-engine/conductor/channel_player.h"

#include <algorithm>

namespace forerun {

void ChannelPlayer::control(const Event& event) {
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
        return expression_.send_all(channels_.master_of(index), VoiceControl::bend, event.frame);
    case Change::tuning: return retune(event.frame);
    case Change::control: return expression_.send_all(index, *ChannelState::control_of(event.number), event.frame);
    default: break;
    }
    if (change == Change::all_sound_off) return notes_.stop_all(index, event.frame);
    if (change == Change::all_notes_off) notes_.forget_keys(index);
    voices_.for_each([&](std::uint32_t slot, ConductedVoice& voice) {
        if (!voice.listens_to(index)) return;
        if (change == Change::gains || change == Change::reset) mix_.send(slot, event.frame);
        if (change == Change::sostenuto_down) voice.caught = voice.held;
        if (change == Change::sostenuto_up || change == Change::reset) voice.caught = false;
        if (voice.sustained && !voice.caught && !channels_.pedal_holds(voice)) sender_.release(slot, event.frame);
        if (voice.held && change == Change::all_notes_off) notes_.let_go(slot, event.frame);
    });
    if (change == Change::reset)
        for (const auto moved : all_voice_controls) expression_.send_all(index, moved, event.frame);
}

void ChannelPlayer::move(const Event& event, VoiceControl control) {
    const auto index = static_cast<std::uint8_t>(event.channel % 16);
    channels_[index].controls[control] = event.value;
    expression_.send_all(index, control, event.frame);
}

void ChannelPlayer::press_key(const Event& event) {
    voices_.for_each([&](std::uint32_t slot, ConductedVoice& voice) {
        if (voice.channel == event.channel % 16 && voice.key == event.key())
            sender_.send(slot, event.frame, VoiceControl::pressure, event.value);
    });
}

void ChannelPlayer::change_program(const Event& event) {
    const auto channel = static_cast<std::uint8_t>(event.channel % 16);
    channels_[channel].select_program(event.number);
    channels_.drums().choose_by_bank(channel, channels_[channel].bank, stage_.rig(), stage_.used_rig());
    stage_.change_program(event, channels_.part_of(channel, stage_.rig(), stage_.used_rig()));
}

void ChannelPlayer::tune_master(const Event& event) {
    channels_.tuning().set_master(event.is_fine_tuning(), std::clamp(event.tuned_keys(), -64.0f, 64.0f));
    retune(event.frame);
}

void ChannelPlayer::tune(const Event& event) {
    channels_[event.channel % 16].tune(event.is_fine_tuning(), std::clamp(event.tuned_keys(), -64.0f, 64.0f));
    retune(event.frame);
}

// Notes of the old order end.
void ChannelPlayer::set_zone(std::uint8_t master, std::int64_t frame) {
    const auto moved = channels_.set_zone(master);
    voices_.for_each([&](std::uint32_t slot, ConductedVoice& voice) {
        const bool is_of_it = (moved >> voice.channel & 1) != 0 || voice.master == master;
        if (is_of_it && (voice.held || voice.sustained)) sender_.release(slot, frame);
    });
    for (std::uint8_t c = 0; c < Channels::count; ++c)
        if (c == master || (moved >> c & 1) != 0) notes_.forget_keys(c);
    retune(frame);
}

void ChannelPlayer::reset_system(const Event& event) {
    notes_.forget_late_offs();
    notes_.release_all(all_channels, event.frame);
    channels_.reset(event.system_reset() == SystemReset::gs);
    for (std::uint8_t c = 0; c < Channels::count; ++c) stage_.forget_controllers(c);
    retune(event.frame);
    mix_.reset_master_volume(event.frame);
}

}  // namespace forerun
