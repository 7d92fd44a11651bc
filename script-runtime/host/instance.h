// One run of a voice script, for one note: everything the host needs to call it without lookups.
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
    std::uint16_t instrument = 0;  // index in the host, where every version of a script is an instrument
    std::uint16_t version = 0;     // of its script, for the worker's use
    std::uint32_t generation = 0;  // of the instrument's script
    bool playing = false;          // start() has succeeded
    bool looks_at_time = false;    // its functions read self.clock
    MusicalTime time;              // in voice frames
    double set_hz = 0;             // last value that the host gave to self.frequency

    // Registry references, negative: none.
    int object = none;  // lua/instances.lua's table of functions
    int loop = none;
    int release = none;
    int done = none;
    int self = none;  // from start() on

    // Allocated by its calls; decides which instance fails when memory runs out.
    std::uint64_t taken_bytes = 0;
    std::vector<float> began_with;  // its parameters at start, for the worker's use
    std::string failure;            // not empty: it has failed, and so does every further call
    std::string refusal;            // not empty: why its state cannot be copied, with file:line; it plays on

    static constexpr int none = -2;  // LUA_NOREF
};

}  // namespace forerun
