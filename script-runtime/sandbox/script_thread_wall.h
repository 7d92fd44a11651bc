// The second wall: what a thread that runs scripts can ask of the system, whatever its script has managed to do.
//
// The first wall is the sandbox (lua/sandbox.lua): a script has no name for a file or a program. But scripts are compiled to
// machine code, and a fault in a compiler can hand a script all memory. So the thread that runs it gives up, for good, what
// rendering does not need: a seccomp filter allows memory, time, waiting, looking at paths and writing to standard error, and
// nothing else, and a Landlock domain without any rule holds for files a second time. Other threads of the process keep what
// they had: they record, log, and read the scripts (script_reader.h).
//
// What it cannot do: all threads share one memory, so code that has all memory could make another thread do its work. Calls
// that no script can want (to run a program, to look into a process) therefore end the process at once.
//
// Linux 5.13 and later on x86-64 and AArch64 have both parts; elsewhere there is none, and description() says so.
#pragma once

#include <string>

namespace forerun {

struct ScriptThreadWall {
    bool has_filter = false;  // of system calls
    int landlock_abi = 0;     // 0: none
    int error = 0;            // errno of the part that is missing

    // From here to its end the calling thread is behind the wall, as far as the system has one. Its signal handlers, stack,
    // name and priority must be set before. `own_priority`: it may change its own (measure's faults do).
    // [the thread itself, once]
    static ScriptThreadWall enter(bool own_priority = false) noexcept;

    // What this system has, tried on a thread of its own; for `forerun version`. [any thread]
    static std::string description();
};

}  // namespace forerun
