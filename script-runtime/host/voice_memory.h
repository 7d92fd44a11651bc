// Memory that the host and the dsp library share: a voice's, and the worker's. Same layouts in scripts/dsp/kit.lua
// (tests/sandbox/test_script_layouts.cpp checks them).
#pragma once

#include <cstdint>

#include "script-runtime/host/long_lines.h"

namespace forerun {

// A voice, as the dsp library sees it.
struct VoiceMemory {
    std::uint8_t* arena = nullptr;
    std::uint32_t arena_capacity_bytes = 0;
    std::uint32_t arena_used_bytes = 0;
    std::int32_t quality = 2;  // 2 full, 1 reduced, 0 least
    std::uint32_t rng_state[4] = {1, 2, 3, 4};
    std::int32_t sealed = 0;  // not 0: the note has started, no more dsp objects can be created
    std::int64_t frame = 0;   // voice frame at the start of the current call
    LongLines lines;          // in memory after the arena
    std::int32_t warned = 0;  // not 0: this note has read a delay beyond its line, with a warning
};

// A worker, as the dsp library sees it.
struct World {
    VoiceMemory* voice = nullptr;
    double rate_hz = 0;
    float* left = nullptr;  // quantum_frames each
    float* right = nullptr;
    std::int32_t reach_frames = 0;
    struct Clock {  // values of self.clock at the start of the current call
        double tempo = 120;
        double beat = 0;
        std::int32_t is_playing = 0;
    } clock;
    // Frames of left and right that a render script may access; none outside render().
    std::int32_t out_first = 0;
    std::int32_t out_frames = 0;
};

}  // namespace forerun
