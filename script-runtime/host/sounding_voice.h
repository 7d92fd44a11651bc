// The state of a voice outside its script: its note, its events, its pitch.
//
// Events and glides split a quantum into parts. Only render_parts() does that, so that a voice sounds the same wherever it is
// rendered: ahead on a worker, or in the callback.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <vector>

#include "script-runtime/host/lua_host.h"
#include "shared/messages/event.h"
#include "shared/rig/gliding_pitch.h"
#include "shared/time/musical_time.h"
#include "shared/time/quantum.h"

namespace forerun {

struct SoundingVoice {
    VoiceMessage note;  // the start message
    Instance* instance = nullptr;
    std::int64_t position = 0;  // voice frame of the next quantum to render
    std::int64_t start_frame = 0;
    GlidingPitch pitch;  // without bend; in voice frames
    double bend = 1;     // frequency ratio
    std::uint32_t channels = 1;
    int quality = 2;
    std::optional<float> released;  // release velocity, if the key was released before `position`
    bool whole_quanta = false;      // a render script: its seams are on the grid

    // Ordered by frame, then arrival; the first `applied` of them are applied. Kept as far back as a rewind may go.
    std::vector<VoiceMessage> events;
    std::size_t applied = 0;

    // Inserts into the events that are not yet applied: after others of its frame, except a quality change, which goes before.
    void add_event(const VoiceMessage& message) {
        const auto from = events.begin() + static_cast<std::ptrdiff_t>(applied);
        const auto earlier = [](const VoiceMessage& a, const VoiceMessage& b) { return a.frame < b.frame; };
        const auto place = message.kind == VoiceMessageKind::quality
                               ? std::lower_bound(from, events.end(), message, earlier)
                               : std::upper_bound(from, events.end(), message, earlier);
        events.insert(place, message);
    }
    const VoiceMessage* next_event() const { return applied < events.size() ? &events[applied] : nullptr; }
    std::int64_t frame_of(const VoiceMessage& message) const { return message.frame - start_frame; }

    // A `time` message, in voice frames.
    MusicalTime time_of(const VoiceMessage& message) const {
        return {message.value, message.frequency_hz, static_cast<std::int64_t>(message.seed) - start_frame,
                message.index != 0};
    }
    // For start(), without parameters and time.
    StartNote start_note() const {
        StartNote start;
        start.key = note.key;
        start.velocity = note.value;
        start.frequency_hz = note.frequency_hz;
        start.seed = note.seed;
        start.quality = quality;
        return start;
    }
};

// Applies an event to a voice. False when its script failed.
inline bool apply_event(LuaHost& host, Instance& instance, const VoiceMessage& message) {
    switch (message.kind) {
    case VoiceMessageKind::release: return host.release(instance, message.value);
    case VoiceMessageKind::pressure: host.set_pressure(instance, message.value); break;
    case VoiceMessageKind::modulation: host.set_modulation(instance, message.value); break;
    case VoiceMessageKind::timbre: host.set_timbre(instance, message.value); break;
    case VoiceMessageKind::parameter: host.set_parameter(instance, message.index, message.value); break;
    case VoiceMessageKind::quality: host.set_quality(instance, message.index); break;
    // These change more than the instance: the caller applies them.
    case VoiceMessageKind::bend:
    case VoiceMessageKind::pitch:
    case VoiceMessageKind::time:
    case VoiceMessageKind::reload:
    case VoiceMessageKind::start:
    case VoiceMessageKind::stop:
    case VoiceMessageKind::timeline: break;
    }
    return true;
}

// Sets the pitch for `frame` by set_pitch(frame); returns the frame until which it is valid.
template <typename SetPitch>
std::int64_t glide(SoundingVoice& voice, std::int64_t frame, SetPitch set_pitch) {
    constexpr std::int64_t glide_step_frames = 16;  // an octave in 50 ms in steps of 8 cents
    if (frame >= voice.pitch.end_frame()) voice.pitch.frames = 0;
    set_pitch(frame);
    // render() is split as rarely as possible.
    const auto step = voice.whole_quanta ? quantum_frames : glide_step_frames;
    const auto next = (frame / step + 1) * step;
    return voice.pitch.gliding() ? std::min(next, voice.pitch.end_frame()) : INT64_MAX;
}

// Renders frames [done, end) of the quantum at voice.position and advances `done`. False when the script failed after `done`.
// apply(event, voice frame) and render(first, frames) return false when the script failed in them.
template <typename Apply, typename SetPitch, typename Render>
bool render_parts(SoundingVoice& voice, int& done, int end, Apply apply, SetPitch set_pitch, Render render) {
    const auto quantum = voice.position;
    while (done < end) {
        const VoiceMessage* event = voice.next_event();
        for (; event && voice.frame_of(*event) <= quantum + done; event = voice.next_event()) {
            ++voice.applied;
            if (!apply(*event, quantum + done)) return false;
        }
        auto next = quantum + end;
        if (event) next = std::min(next, voice.frame_of(*event));
        if (voice.pitch.gliding()) next = std::min(next, glide(voice, quantum + done, set_pitch));
        if (!render(done, static_cast<int>(next - quantum) - done)) return false;
        done = static_cast<int>(next - quantum);
    }
    return true;
}

}  // namespace forerun
