// Runs the built program as people do, through a shell, on a machine without a sound card.
#pragma once

#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <functional>
#include <string>

#include "tests/scenes/catch.h"
#include "tests/scenes/script_folder.h"

namespace forerun {

struct ProgramOutcome {
    int code = -1;     // of the shell; below 0: the signal that ended it
    std::string text;  // what was asked for: stdout or stderr
};

// `where` sends the streams: "2>&1 >/dev/null" for errors, "2>/dev/null" for output. `in_child` is called in the new
// process, before the shell.
inline ProgramOutcome run_shell(const std::string& command, const std::string& where,
                                const std::function<void()>& in_child = {}) {
    // No sound card, whatever this machine has: ALSA knows only its null device, and no JACK server has this name.
    static const ScriptFolder alsa;
    static const auto null_devices =
        alsa.write("asound.conf", "pcm.!default { type null }\nctl.!default { type null }\n").string();
    const std::string whole = "{ " + command + "; } </dev/null " + where;
    int ends[2];
    REQUIRE(pipe(ends) == 0);
    const pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        setenv("ALSA_CONFIG_PATH", null_devices.c_str(), 1);
        setenv("JACK_NO_START_SERVER", "1", 1);
        setenv("JACK_DEFAULT_SERVER", "none", 1);
        dup2(ends[1], STDOUT_FILENO);
        close(ends[0]);
        close(ends[1]);
        if (in_child) in_child();
        execl("/bin/sh", "sh", "-c", whole.c_str(), nullptr);
        _exit(127);
    }
    close(ends[1]);
    ProgramOutcome outcome;
    char bytes[4096];
    for (ssize_t n; (n = read(ends[0], bytes, sizeof bytes)) > 0;)
        outcome.text.append(bytes, static_cast<std::size_t>(n));
    close(ends[0]);
    int status = 0;
    waitpid(child, &status, 0);
    outcome.code = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
    return outcome;
}

inline ProgramOutcome errors_of(const std::string& arguments) {
    return run_shell(FORERUN_PROGRAM " " + arguments, "2>&1 >/dev/null");
}
inline ProgramOutcome output_of(const std::string& arguments) {
    return run_shell(FORERUN_PROGRAM " " + arguments, "2>/dev/null");
}

}  // namespace forerun
