// The current state of an engine as plain data: for displays, pages and reports. Any number of threads may take one at once;
// none waits.
//
// Each figure is up to date by itself, not consistent with the others; but a voice's figures are all of one note.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "rt-engine/forerun.h"

namespace forerun {

// A voice that sounds, or fades after a steal.
struct VoiceSnapshot {
    std::uint32_t slot = 0;
    std::uint64_t serial = 0;
    std::uint16_t instrument = 0;
    std::uint8_t channel = 0;
    std::uint8_t key = 0;
    bool stopped = false;          // fading after a steal or a stop; its ring is not filled any more
    bool ended = false;            // all of it is rendered: its fill only falls
    std::uint8_t quality = 2;      // 2 full, 1 reduced, 0 least
    std::int64_t fill_frames = 0;  // rendered and not yet played
    float level = 0;               // its current peak, before pan and bus
};

// A bus, or the output. Linear, since the last publication of the meters (about 0.1 s).
struct MeterSnapshot {
    std::string_view name;  // of the bus; empty: the output
    std::array<float, max_channels> peak{}, rms{};

    float largest_peak() const {
        float largest = 0;
        for (const float channel : peak) largest = std::max(largest, channel);
        return largest;
    }
};

struct ParameterSnapshot {
    std::string_view name, unit;
    std::uint16_t instrument = 0;
    bool logarithmic = false;
    bool moved = false;  // by a controller, a preset, a player, to what the rig does not say
    float minimum = 0, maximum = 1, default_value = 0, value = 0;
};

// What a worker and the audio thread have done since the engine started.
struct WorkerSnapshot {
    std::int64_t busy_nanoseconds = 0;
    std::int64_t garbage_nanoseconds = 0;
};

struct EngineSnapshot {
    std::int64_t frame = 0;
    double rate_hz = 0;
    std::int64_t depth_frames = 0;
    double tempo = 0;                           // quarters per minute
    bool idle = false;                          // no voice sounds, no event waits
    std::shared_ptr<const Rig> rig;             // as the newest reload left it: names, presets, rigs of the set
    std::uint16_t used_rig = 0;                 // which rig of a set gets the notes
    ControllerMove last_move;                   // the controller that was moved last
    std::vector<VoiceSnapshot> voices;          // by slot
    std::vector<ParameterSnapshot> parameters;  // by the number that events carry
    std::vector<MeterSnapshot> buses;           // in the rig's order
    MeterSnapshot output;
    std::uint64_t underrun_events = 0, underrun_frames = 0;
    std::uint64_t voices_stolen = 0, notes_dropped = 0;
    std::vector<WorkerSnapshot> workers;
    double audio_nanoseconds = 0;  // in the mixer
};

// Names lie in the engine and in the snapshot's rig. `into` keeps its memory from one time to the next. [any thread that may wait]
void take_snapshot(const Engine& engine, EngineSnapshot& into);
inline EngineSnapshot snapshot_of(const Engine& engine) {
    EngineSnapshot snapshot;
    take_snapshot(engine, snapshot);
    return snapshot;
}

// The voices alone. [any thread]
void take_voices(const Engine& engine, std::vector<VoiceSnapshot>& into);

}  // namespace forerun
