// Renders voices inside the audio callback, as a plug-in runs a script. FOR RESEARCH ONLY: rings are compared with it.
// render() calls Lua, allocates, collects garbage and is delayed by whatever a script does, so it is deliberately outside
// everything that is proved about callbacks. No engine uses it.
//
//   auto voices = make_direct_voices(configuration, rig);      // compiles and warms every script
//   voices->try_send(direct_note(configuration, rig, {.slot = 0, .key = 60, .serial = 1}));
//   voices->render(out, 64, 2);                                // in the audio callback
//
// One stereo sum with the gains of instruments and of the rig, as the mixer has them; no buses, fades or limiter. A voice that
// ends or fails is silent from its next frame on.
#pragma once

#include <atomic>
#include <cmath>
#include <cstdint>
#include <memory>

#include "shared/configuration.h"
#include "shared/messages/report.h"
#include "shared/messages/voice_message.h"
#include "shared/metrics/histogram.h"
#include "shared/rig/rig.h"
#include "shared/rig/voice_seed.h"

namespace forerun {

// What render() did. Written by it, read by any thread.
struct DirectFigures {
    Counter blocks;
    std::atomic<std::uint64_t> voices{0};  // sounding now
    Counter quanta_rendered;               // of all voices together
    Counter failed_voices;
    Counter lost_messages;  // their voice was gone
    Counter lost_reports;   // the ones before had not been read
    std::atomic<std::uint64_t> lua_bytes{0};
    Histogram voices_rendered;       // in each block
    Histogram quantum_nanoseconds;   // of one voice: all calls for its 64 frames. max(): the longest
    Histogram garbage_nanoseconds;   // each step of the collector
    Histogram response_nanoseconds;  // from an event's arrival to the start of the block that holds it
};

class DirectVoices {
public:
    virtual ~DirectVoices() = default;

    // Happens at the start of the next block, whatever its frame says. False: the queue is full. `slot` names the voice: the
    // sender's choice, and a start in a slot that sounds ends what was there. stop ends at once; quality is the sender's, too;
    // reload and timeline mean nothing here. Never waits. [one sending thread]
    virtual bool try_send(const VoiceMessage& message) noexcept = 0;

    // `frames` interleaved frames, any number, of any number of channels: one gets half of both sides' sum, those behind the
    // second are silent. NOT real-time safe. [one thread at a time, which must not end between two calls]
    virtual void render(float* out, std::int64_t frames, std::uint32_t channels) noexcept = 0;

    // Scripts that failed (kind error) or made samples that are not numbers (silenced). [one reading thread]
    virtual bool next_report(WorkerReport& report) noexcept = 0;

    virtual const DirectFigures& figures() const noexcept = 0;  // [any thread]
};

// Throws BadInput with file:line when a script fails while it is
// warmed. Of the configuration count the rate, the limits of scripts and where they lie, and the number of voices.
std::unique_ptr<DirectVoices> make_direct_voices(const Configuration& configuration, const Rig& rig);

// The message that starts a note as the engine would: its key's frequency, velocity by the instrument's curve, and the seed
// of the note with this serial in a session.
struct DirectNote {
    std::uint16_t instrument = 0;
    std::uint16_t slot = 0;
    std::uint8_t key = 60;
    float velocity = 1;        // 0..1
    std::uint64_t serial = 1;  // counted from 1
    std::int64_t arrival_nanoseconds = 0;
};
inline VoiceMessage direct_note(const Configuration& configuration, const Rig& rig, const DirectNote& note) {
    const auto& instrument = rig.instruments[note.instrument];
    auto message =
        VoiceMessage::of(VoiceStart{.seed = voice_seed(configuration.seed, note.serial),
                                    .frequency_hz = instrument.key_hz(note.key),
                                    .velocity = static_cast<float>(std::pow(note.velocity, instrument.velocity_curve)),
                                    .key = note.key});
    message.serial = note.serial;
    message.slot = note.slot;
    message.instrument = note.instrument;
    message.arrival_nanoseconds = note.arrival_nanoseconds;
    return message;
}

}  // namespace forerun
