// A scratch host: runs a function on a Lua host of its own, to look at scripts without disturbing the workers.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <utility>

#include "script-runtime/host/lua_host.h"
#include "script-runtime/sandbox/script_thread.h"
#include "script-runtime/sandbox/watchdog.h"
#include "script-runtime/script_files.h"
#include "script-runtime/worker/state_copies.h"
#include "shared/configuration.h"
#include "shared/threads/flush_denormals.h"

namespace forerun {

// Calls function(host) on a thread of its own behind the wall, under the watchdog, with the workers' floating-point mode.
// `files` gets every file that is read and every voice that is described; on_read, if set, every file. Throws what the
// function throws. [any thread that may wait]
template <typename Function>
auto with_scratch_host(const Configuration& configuration, ScriptFiles& files, Function function,
                       const std::function<void(const std::filesystem::path&, const std::string&)>& on_read = {}) {
    auto options = LuaHostOptions::of(configuration);
    options.reach_frames = StateCopies::reach_frames(configuration);
    options.on_read = [&](const std::filesystem::path& file, const std::string& text) {
        if (on_read) on_read(file, text);
        files.add(file, text);
    };
    options.on_described = [&](const InstrumentDescription& description) { files.add_description(description); };
    Watchdog watchdog(configuration.watchdog_milliseconds);  // its thread cannot be created behind the wall
    return on_script_thread(configuration.trust, [&](const ReadScript& read) {
        const FlushDenormals flush;
        options.read = read;
        LuaHost host(options);
        const Watchdog::Guard guard(watchdog, host);
        return function(host);
    });
}

}  // namespace forerun
