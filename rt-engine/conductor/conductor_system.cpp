// What changes every voice at once: tuning, a reset of the system, a rig whose file was saved.
#include "rt-engine/conductor/conductor.h"

namespace forerun {

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
    channels_.reset(event.system_reset() == SystemReset::gs);
    for (std::uint8_t c = 0; c < Channels::count; ++c) stage_.forget_controllers(c);
    retune(event.frame);
    mix_.reset_master_volume(event.frame);
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
        if (now.gain_db != before.gain_db || now.pan != before.pan) mix_.send(slot, frame);
        if (now.bend_range != before.bend_range)
            sender_.send(slot, frame, VoiceControl::bend, value_for(VoiceControl::bend, voice));
    });
    mix_.change_rig(*was, frame);
}

}  // namespace forerun
