// Runs the built program in a terminal of its own, and gives back everything that it wrote there.
#pragma once

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "tests/scenes/catch.h"

namespace forerun {

struct TerminalOutcome {
    int code = -1;
    std::string text;
};

// `keys` are typed at the start. Standard error is the same terminal, unless a file is named.
inline TerminalOutcome run_in_terminal(const std::filesystem::path& folder, std::vector<std::string> arguments,
                                       unsigned short columns, unsigned short rows, const std::string& keys = "",
                                       const std::string& errors = "") {
    const int terminal = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    REQUIRE((terminal >= 0 && grantpt(terminal) == 0 && unlockpt(terminal) == 0));
    const winsize size{rows, columns, 0, 0};
    REQUIRE(ioctl(terminal, TIOCSWINSZ, &size) == 0);
    const std::string name = ptsname(terminal);
    arguments.insert(arguments.begin(), FORERUN_PROGRAM);
    std::vector<char*> words;
    for (auto& argument : arguments) words.push_back(argument.data());
    words.push_back(nullptr);
    const auto process = fork();
    REQUIRE(process >= 0);
    if (process == 0) {
        setsid();
        setenv("TERM", "xterm", 1);
        setenv("JACK_NO_START_SERVER", "1", 1);
        setenv("JACK_DEFAULT_SERVER", "none", 1);
        const int own = open(name.c_str(), O_RDWR);
        ioctl(own, TIOCSCTTY, 0);
        for (const int stream : {0, 1, 2}) dup2(own, stream);
        if (!errors.empty()) dup2(open(errors.c_str(), O_WRONLY | O_CREAT, 0600), 2);
        if (chdir(folder.c_str()) == 0) execv(FORERUN_PROGRAM, words.data());
        _exit(127);
    }
    TerminalOutcome outcome;
    if (!keys.empty()) REQUIRE(write(terminal, keys.data(), keys.size()) == static_cast<ssize_t>(keys.size()));
    // A terminal whose last program has gone gives an error.
    char bytes[4096];
    for (ssize_t n; (n = read(terminal, bytes, sizeof bytes)) > 0;)
        outcome.text.append(bytes, static_cast<std::size_t>(n));
    close(terminal);
    int status = 0;
    waitpid(process, &status, 0);
    outcome.code = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
    return outcome;
}

}  // namespace forerun
