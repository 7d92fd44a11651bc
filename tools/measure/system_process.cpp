#include "tools/measure/system_process.h"

#include <fcntl.h>
#include <signal.h>
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

namespace forerun::measure {

bool is_program(const std::string& name) {
    const char* path = std::getenv("PATH");
    std::istringstream folders(path ? path : "");
    for (std::string folder; std::getline(folders, folder, ':');)
        if (access((std::filesystem::path(folder) / name).c_str(), X_OK) == 0) return true;
    return false;
}

SystemProcess::SystemProcess(const std::vector<std::string>& words, const std::filesystem::path& says) : says_(says) {
    std::vector<std::string> copies = words;
    std::vector<char*> arguments;
    for (auto& word : copies) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    const auto parent = getpid();
    process_ = fork();
    if (process_ < 0) throw std::runtime_error(words[0] + ": no new process can be started");
    if (process_ > 0) return;
#ifdef __linux__
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(127);
#endif
    dup2(open("/dev/null", O_RDONLY), 0);
    const int out = open(says_.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    dup2(out, 1);
    dup2(out, 2);
    // This process's connections to the JACK server are its own.
    for (int other = 3; other < 1024; ++other) close(other);
    execvp(arguments[0], arguments.data());
    _exit(127);
}

SystemProcess::~SystemProcess() {
    if (process_ > 0) kill(process_, SIGTERM);
    for (int tries = 0; tries < 300 && running(); ++tries) std::this_thread::sleep_for(std::chrono::milliseconds(10));
    if (process_ <= 0) return;
    kill(process_, SIGKILL);
    waitpid(process_, nullptr, 0);
}

bool SystemProcess::running() {
    int status = 0;
    if (process_ > 0 && waitpid(process_, &status, WNOHANG) == process_) process_ = 0;
    return process_ > 0;
}

double SystemProcess::cpu_seconds() const {
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

std::string SystemProcess::last_words() const {
    std::ifstream in(says_);
    std::string line, last;
    while (std::getline(in, line))
        if (!line.empty()) last = line;
    return last;
}

std::string SystemProcess::first_words_with_digit() const {
    std::ifstream in(says_);
    for (std::string line; std::getline(in, line);)
        if (line.find_first_of("0123456789") != std::string::npos) return line;
    return {};
}

}  // namespace forerun::measure
