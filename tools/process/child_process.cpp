#include "tools/process/child_process.h"

#include <fcntl.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

namespace forerun {

bool is_program(const std::string& name) {
    const char* path = std::getenv("PATH");
    std::istringstream folders(path ? path : "");
    for (std::string folder; std::getline(folders, folder, ':');)
        if (access((std::filesystem::path(folder) / name).c_str(), X_OK) == 0) return true;
    return false;
}

ChildProcess::ChildProcess(const std::vector<std::string>& words, std::filesystem::path output,
                           [[maybe_unused]] int parent_death_signal)
    : output_(std::move(output)) {
    auto copies = words;
    std::vector<char*> arguments;
    for (auto& word : copies) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    [[maybe_unused]] const auto parent = getpid();
    process_ = fork();
    if (process_ < 0) throw std::runtime_error(words[0] + ": no new process can be started");
    if (process_ > 0) return;
        // From here on only async-signal-safe calls: this is between fork and exec of a program with threads.
#ifdef __linux__
    prctl(PR_SET_PDEATHSIG, parent_death_signal);
    if (getppid() != parent) _exit(127);
#endif
    setpgid(0, 0);
    dup2(open("/dev/null", O_RDONLY), 0);
    const int out = open(output_.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    dup2(out, 1);
    dup2(out, 2);
    // Do not inherit this process's connections to the JACK server.
    for (int other = 3; other < 1024; ++other) close(other);
    execvp(arguments[0], arguments.data());
    _exit(127);
}

bool ChildProcess::running() {
    if (process_ > 0 && waitpid(process_, &status_, WNOHANG) == process_) process_ = 0;
    return process_ > 0;
}

void ChildProcess::end(int signal) {
    if (process_ > 0) kill(process_, signal);
    for (int tries = 0; tries < 1000 && running(); ++tries) std::this_thread::sleep_for(std::chrono::milliseconds(10));
    if (process_ <= 0) return;
    kill(process_, SIGKILL);
    waitpid(process_, &status_, 0);
    process_ = 0;
}

double ChildProcess::cpu_seconds() const {
    // Fields 14 and 15, counted from the ")" that ends the second, since a program's name may hold spaces (proc(5)).
    std::ifstream in("/proc/" + std::to_string(process_) + "/stat");
    std::string line;
    std::getline(in, line);
    const auto end = line.rfind(')');
    if (end == std::string::npos) return 0;
    std::istringstream rest(line.substr(end + 1));
    std::string skipped;
    for (int field = 3; field < 14; ++field) rest >> skipped;
    double user = 0, system = 0;
    rest >> user >> system;
    return (user + system) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

std::string ChildProcess::last_line() const {
    std::ifstream in(output_);
    std::string line, last;
    while (std::getline(in, line))
        if (!line.empty()) last = line;
    return last;
}

}  // namespace forerun
