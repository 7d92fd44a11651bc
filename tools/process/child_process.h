// Another program that runs beside this one and never outlives it: ended by the destructor, and by the system when this
// program is killed. What it says goes into a file.
#pragma once

#include <signal.h>
#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

namespace forerun {

// A program that this name means in PATH.
bool is_program(const std::string& name);

class ChildProcess {
public:
    // The first word is the program. `when_we_end`: the signal that it gets when the thread that started it is gone, so it is
    // started by one that lasts. It is in a process group of its own: Ctrl-C is for who waits for it. Throws std::runtime_error.
    ChildProcess(const std::vector<std::string>& words, std::filesystem::path says, int when_we_end = SIGTERM);
    ~ChildProcess() { end(SIGTERM); }
    ChildProcess(const ChildProcess&) = delete;
    ChildProcess& operator=(const ChildProcess&) = delete;

    bool running();
    // Killed when it has not ended after ten seconds.
    void end(int signal);
    // As waitpid tells it, when it runs no more.
    int status() const { return status_; }
    // Time of all its threads so far, in user and system; 0 where /proc does not tell.
    double cpu_seconds() const;
    // The last line that it said.
    std::string last_words() const;

private:
    const std::filesystem::path says_;
    pid_t process_ = 0;  // 0: runs no more
    int status_ = 0;
};

}  // namespace forerun
