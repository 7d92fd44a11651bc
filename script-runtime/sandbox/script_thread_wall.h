// A second barrier behind the sandbox (lua/sandbox.lua): limits the system calls of threads that run scripts.
//
// The sandbox gives scripts no access to files or programs. But scripts are compiled to machine code, and a compiler bug could give
// a script access to all memory. So its thread permanently gives up what rendering does not need: a seccomp filter allows memory,
// time, waiting, stat and writing to standard error only, and a Landlock domain without rules denies file access a second time.
// Other threads of the process are not limited: they record, log, and read the scripts (script_reader.h).
//
// Limits: all threads share memory, so code that controls it could misuse another thread. Calls that no script needs (running a
// program, inspecting a process) therefore end the process at once.
//
// Linux 5.13 and later on x86-64 and AArch64 have both parts; other systems have none, and description() says so.
#pragma once

#include <string>

namespace forerun {

struct ScriptThreadWall {
    bool has_filter = false;  // of system calls
    int landlock_abi = 0;     // 0: none
    int error = 0;            // errno of the part that is missing

    // From now on the calling thread is behind the wall, as far as the system supports it. Signal handlers, stack, name and
    // priority must be set before. `own_priority`: it may change its own priority (for injected faults).
    // [the thread itself, once]
    static ScriptThreadWall enter(bool own_priority = false) noexcept;

    // What this system supports, tried on a separate thread; for `forerun version`. [any thread]
    static std::string description();
};

}  // namespace forerun
