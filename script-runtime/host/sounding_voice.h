// What a voice's next frames depend on besides its script's own state: its note, its events, its pitch.
//
// A quantum is rendered in the parts into which events and a glide split it; render_parts() is the one place that knows how,
// so that a voice sounds the same wherever it is rendered: ahead on a worker, or in the callback.
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
    std::optional<float> released;  // the key was let go, before the present position: with this velocity
    bool whole_quanta = false;      // a render script: its seams lie on the grid

    // Ordered by frame, then arrival; the first `applied` of them lie behind `position`. Kept as far back as a rewind may go.
    std::vector<VoiceMessage> events;
    std::size_t applied = 0;

    // Among the events that are still to be applied: behind others of its frame, but a change of quality before them.
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
    // What start() is given, but for parameters and time.
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

// What an event does to a voice. False: its script failed in it.
inline bool tell(LuaHost& host, Instance& instance, const VoiceMessage& message) {
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
    // These change more than the instance: whoever renders the voice does it.
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

// A bend is heard in the pitch, which whoever renders the voice sets: its ratio. Nothing: the message is another.
inline std::optional<double> bend_of(const VoiceMessage& message) {
    if (!message.is<VoiceControlMove>()) return std::nullopt;
    const auto move = message.get<VoiceControlMove>();
    return move.control == VoiceControl::bend ? std::optional<double>(move.value) : std::nullopt;
}

// The pitch of a voice frame is set; until which frame it holds. set_pitch(frame).
template <typename SetPitch>
std::int64_t glide(SoundingVoice& voice, std::int64_t frame, SetPitch set_pitch) {
    constexpr std::int64_t glide_step_frames = 16;  // an octave in 50 ms goes in steps of 8 cents
    if (frame >= voice.pitch.end_frame()) voice.pitch.frames = 0;
    set_pitch(frame);
    // What a render script is given is split as seldom as possible.
    const auto step = voice.whole_quanta ? quantum_frames : glide_step_frames;
    const auto next = (frame / step + 1) * step;
    return voice.pitch.gliding() ? std::min(next, voice.pitch.end_frame()) : INT64_MAX;
}

// Frames [done, end) of the quantum at voice.position. `done` moves on with what is rendered: false says that the script
// failed behind it. apply(event, voice frame) and render(first, frames) are false when the script failed in them.
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
