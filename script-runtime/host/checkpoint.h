// A checkpoint: a copy of all state that a voice's next frames depend on.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "script-runtime/host/long_lines.h"
#include "shared/rig/gliding_pitch.h"
#include "shared/time/musical_time.h"

namespace forerun {

class Instance;  // instance.h

// Made by LuaHost::save_checkpoint, and reused.
struct Checkpoint {
    std::int64_t frame = 0;  // voice frame of the quantum before which it was saved
    // Cache lines, for alignment: malloc places large blocks 16 bytes after a page boundary, where copying takes 20 times as long
    // on some machines.
    struct alignas(64) Line {
        std::uint8_t bytes[64];
    };
    std::vector<Line> arena;
    std::uint32_t arena_bytes = 0;
    LongLinesCheckpoint lines;
    std::uint32_t rng_state[4] = {};
    std::int32_t quality = 2;
    int slot = -2;  // registry reference of lua/checkpoints.lua's table; LUA_NOREF

    // For the worker: the instance, and the state of the previous version during a crossfade after a reload.
    Instance* instance = nullptr;
    std::unique_ptr<Checkpoint> leaving;
    std::int64_t fade_frame = 0;
    std::optional<float> released;
    GlidingPitch pitch;
    double bend = 1;
    double set_hz = 0;
    MusicalTime time;
};

}  // namespace forerun
