// How loud and how high everything is: gains of voices, buses and the whole, tuning, and what resets or changes them all at once.
#include <algorithm>

#include "rt-engine/conductor/conductor.h"
#include "shared/rig/gains.h"

namespace forerun {

// Instruments count from 1 in events; muted, 0 means all of them.
void Conductor::mute(const Event& event) {
    const bool silent = event.value > 0;
    if (event.number > 0) {
        if (stage_.mutes().mute(event.number - 1u, silent)) send_gains_of_all(event.frame);
        return;
    }
    stage_.mutes().mute_all(silent);
    send_master_gain(event.frame);
}

void Conductor::solo(const Event& event) {
    if (event.number > 0 && stage_.mutes().solo(event.number - 1u, event.value > 0)) send_gains_of_all(event.frame);
}

StereoGains Conductor::gains_of(const ConductedVoice& voice) const {
    if (!stage_.mutes().is_heard(voice.instrument)) return {0, 0};
    return channels_[voice.master].gains(rig().instruments[voice.instrument]);
}

void Conductor::send_gains(std::uint32_t slot, std::int64_t frame) {
    sender_.send_gains(slot, frame, gains_of(voices_[slot]));
}

void Conductor::send_gains_of_all(std::int64_t frame) {
    voices_.for_each([&](std::uint32_t slot, ConductedVoice&) { send_gains(slot, frame); });
}

// The master volume goes by the curve of a channel's volume (40 log10 dB).
void Conductor::send_master_gain(std::int64_t frame) {
    MixerCommand command;
    command.kind = MixerCommandKind::master_gain;
    command.frame = frame;
    const double gain = linear_gain(rig().master_gain_db) * (master_volume_ * master_volume_);
    command.left = command.right = stage_.mutes().all_muted() ? 0 : static_cast<float>(gain);
    outputs_->command(command);
}

// Sounding notes follow, those that slide, too.
void Conductor::retune(std::int64_t frame) {
    const auto moved_by = channels_.work_out_tuning();
    melodies_.retune(moved_by);
    voices_.for_each([&](std::uint32_t slot, ConductedVoice& voice) {
        if (moved_by[voice.channel] == 1) return;
        const auto hz = key_hz(voice, voice.key);
        const auto& line = melodies_.of(voice.instrument, voice.master);
        const auto left_frames = line.serial == voice.serial ? line.pitch.end_frame() - frame : 0;
        if (left_frames <= 0) return sender_.send_pitch(slot, frame, hz, 0);
        sender_.send_pitch(slot, frame, line.pitch.hz_at(frame), 0);
        sender_.send_pitch(slot, frame, hz, static_cast<double>(left_frames) / state_.header().rate_hz);
    });
}

// As after switching on: every note is let go, channels know nothing, volume and tuning are usual. The rig's parameters stay.
void Conductor::reset_system(const Event& event) {
    melodies_.forget_keys(all_channels);
    late_offs_.clear();
    voices_.for_each([&](std::uint32_t slot, ConductedVoice& voice) {
        if (voice.held || voice.sustained) sender_.release(slot, event.frame);
    });
    channels_.reset(static_cast<SystemReset>(event.number) == SystemReset::gs);
    for (std::uint8_t c = 0; c < Channels::count; ++c) stage_.forget_controllers(c);
    retune(event.frame);
    if (master_volume_ == 1) return;
    master_volume_ = 1;
    send_master_gain(event.frame);
}

// The rig's file, or a script's defaults, have changed while it plays: an event like any other, of which mixer and voices get
// commands and messages, so that a log has all of it.
void Conductor::change_rig(const Event& event) {
    const auto frame = event.frame;
    const auto* was = stage_.change_rig(event);
    if (!was) return;
    voices_.for_each([&](std::uint32_t slot, ConductedVoice& voice) {
        const auto& now = rig().instruments[voice.instrument];
        const auto& before = was->instruments[voice.instrument];
        voice.priority = now.priority;
        if (now.gain_db != before.gain_db || now.pan != before.pan) send_gains(slot, frame);
        if (now.bend_range != before.bend_range)
            sender_.send(slot, VoiceMessageKind::bend, frame, value_for(VoiceMessageKind::bend, voice));
    });
    for (std::size_t b = 0; b < rig().buses.size(); ++b) {
        if (rig().buses[b].gain_db == was->buses[b].gain_db) continue;
        MixerCommand command;
        command.kind = MixerCommandKind::bus_gain;
        command.frame = frame;
        command.bus = static_cast<std::uint16_t>(b);
        command.left = command.right = static_cast<float>(linear_gain(rig().buses[b].gain_db));
        outputs_->command(command);
    }
    if (rig().master_gain_db != was->master_gain_db) send_master_gain(frame);
}

}  // namespace forerun
