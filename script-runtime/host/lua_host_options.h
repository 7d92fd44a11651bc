// What a LuaHost is built from.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "script-runtime/host/compile_watch.h"
#include "script-runtime/sandbox/script_file.h"
#include "shared/configuration.h"
#include "shared/rig/rig.h"

namespace forerun {

struct LuaHostOptions {
    double rate_hz = 48000;
    bool jit = true;
    bool trust = false;
    std::uint64_t memory_bytes = 256u << 20;         // soft limit of the state
    std::int64_t watchdog_milliseconds = 100;        // for messages only; the watchdog calls interrupt()
    std::uint32_t arena_bytes = 4u << 20;            // limit of a voice's dsp state; address space, touched as used
    std::int32_t reach_frames = 0;                   // how far back a rewind may go; 0: all delay lines are copied
    std::vector<std::filesystem::path> script_path;  // folders of voices
    std::filesystem::path library;                   // the dsp library's folder; empty: own_library()
    std::filesystem::path script_root;               // see Configuration
    ReadScript read;                                 // reads files; read_script_file if not set
    std::function<void(const std::filesystem::path&, const std::string& text)> on_read;  // called for each file
    std::function<void(const InstrumentDescription&)> on_described;                      // called for each voice
    CompilerEvents on_compiler;                                                          // called for each trace

    // From a configuration; the caller sets reach_frames.
    static LuaHostOptions of(const Configuration& configuration) {
        LuaHostOptions options;
        options.rate_hz = configuration.rate_hz;
        options.jit = configuration.jit;
        options.trust = configuration.trust;
        options.memory_bytes = configuration.script_memory_bytes;
        options.watchdog_milliseconds = configuration.watchdog_milliseconds;
        options.script_path = configuration.script_path;
        options.script_root = configuration.script_root;
        options.library = configuration.library;
        return options;
    }
};

}  // namespace forerun
