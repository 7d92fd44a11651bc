// One run of a voice script, for one note: what the host must hold to call it without looking anything up.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "script-runtime/host/lua_host.h"

namespace forerun {

class Instance {
public:
    VoiceMemory memory;
    MostWritten most_written{};    // of its long delay lines
    std::uint16_t instrument = 0;  // of the host: every version of a script is one
    std::uint16_t version = 0;     // of its script, for the worker
    std::uint32_t generation = 0;  // of the instrument's script
    bool playing = false;          // start() has succeeded
    bool looks_at_time = false;    // while it sounds
    MusicalTime time;              // in voice frames
    double set_hz = 0;             // what self.frequency was set to last

    // Registry references, none below 0.
    int object = none;  // lua/instances.lua's table of functions
    int loop = none;
    int release = none;
    int done = none;
    int self = none;  // from start on

    // What its calls have allocated; for blame when memory runs out.
    std::uint64_t taken_bytes = 0;
    std::vector<float> began_with;  // its parameters, for the worker
    std::string failure;            // not empty: it failed, and every further call says so
    std::string refusal;            // not empty: its state cannot be copied, with file:line and reason; it plays on

    static constexpr int none = -2;  // LUA_NOREF
};

}  // namespace forerun
