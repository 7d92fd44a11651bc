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
#include "shared/messages/voice_message.h"
#include "shared/rig/gliding_pitch.h"
#include "shared/time/musical_time.h"
#include "shared/time/quantum.h"

namespace forerun {

struct SoundingVoice {
    VoiceMessage note;  // the start message, and what it said:
    VoiceStart start;
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
        const auto said = message.get<VoiceTime>();
        return {said.tempo, said.beat, said.beat_frame - start_frame, said.is_playing != 0};
    }
    // What an event changes of the voice itself, at a voice frame. True: its pitch.
    bool change(const VoiceMessage& event, std::int64_t frame, double rate_hz) {
        if (event.is<VoiceRelease>()) released = event.get<VoiceRelease>().velocity;
        if (event.is<VoiceQuality>()) quality = event.get<VoiceQuality>().level;
        if (event.is<VoicePitch>()) {
            const auto next = event.get<VoicePitch>();
            pitch.go_to(next.hz, frame, std::llround(next.seconds * rate_hz));
            return true;
        }
        if (!event.is<VoiceControlMove>()) return false;
        const auto move = event.get<VoiceControlMove>();
        if (move.control != VoiceControl::bend) return false;
        bend = move.value;
        return true;
    }
    // For start(), without parameters and time.
    StartNote start_note() const {
        StartNote begins;
        begins.key = start.key;
        begins.velocity = start.velocity;
        begins.frequency_hz = start.frequency_hz;
        begins.seed = start.seed;
        begins.quality = quality;
        return begins;
    }
};

// Applies an event to a voice. False when its script failed.
inline bool apply_event(LuaHost& host, Instance& instance, const VoiceMessage& message) {
    switch (message.kind) {
    case VoiceMessageKind::release: return host.release(instance, message.get<VoiceRelease>().velocity);
    case VoiceMessageKind::control: {
        const auto move = message.get<VoiceControlMove>();
        host.set_control(instance, move.control, move.value);
        break;
    }
    case VoiceMessageKind::parameter: {
        const auto change = message.get<VoiceParameter>();
        host.set_parameter(instance, change.index, change.value);
        break;
    }
    case VoiceMessageKind::quality: host.set_quality(instance, message.get<VoiceQuality>().level); break;
    // These change more than the instance: the caller applies them.
    case VoiceMessageKind::pitch:
    case VoiceMessageKind::time:
    case VoiceMessageKind::reload:
    case VoiceMessageKind::start:
    case VoiceMessageKind::stop:
    case VoiceMessageKind::timeline:
    case VoiceMessageKind::count: break;
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
