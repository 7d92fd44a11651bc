// A child process that never outlives this one: the destructor ends it, or the system when this program is killed. Its output
// goes into a file.
#pragma once

#include <signal.h>
#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

namespace forerun {

// Whether PATH has a program of this name.
bool is_program(const std::string& name);

class ChildProcess {
public:
    // The first word is the program; its output goes to the file `output`. `parent_death_signal` is sent to it when the thread that
    // created it ends, so create it on a thread that lasts. It has its own process group, so that Ctrl-C does not reach it. Throws
    // std::runtime_error.
    ChildProcess(const std::vector<std::string>& words, std::filesystem::path output,
                 int parent_death_signal = SIGTERM);
    ~ChildProcess() { end(SIGTERM); }
    ChildProcess(const ChildProcess&) = delete;
    ChildProcess& operator=(const ChildProcess&) = delete;

    bool running();
    // Sends the signal, and kills it after ten seconds.
    void end(int signal);
    // From waitpid, after it has ended.
    int status() const { return status_; }
    // User and system time of all its threads so far; 0 without /proc.
    double cpu_seconds() const;
    // The last line of its output.
    std::string last_line() const;

private:
    const std::filesystem::path output_;
    pid_t process_ = 0;  // 0: has ended
    int status_ = 0;
};

}  // namespace forerun
