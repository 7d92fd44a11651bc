// A program that runs beside the bench and never outlives it: ended by the destructor, and by the system when the bench is
// killed. What it says goes into a file.
#pragma once

#include <fcntl.h>
#include <signal.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace forerun::bench {

class ChildProcess {
public:
    // Started by the main thread: the system's care ends with the thread that started it.
    ChildProcess(std::vector<std::string> words, const std::filesystem::path& output) : output_(output) {
        std::vector<char*> arguments;
        for (auto& word : words) arguments.push_back(word.data());
        arguments.push_back(nullptr);
        const auto parent = getpid();
        process_ = fork();
        if (process_ < 0) throw std::runtime_error("no new process: " + words[0]);
        if (process_ > 0) return;
#ifdef __linux__
        prctl(PR_SET_PDEATHSIG, SIGTERM);
        if (getppid() != parent) _exit(127);
#endif
        dup2(open("/dev/null", O_RDONLY), 0);
        const int out = open(output.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
        dup2(out, 1);
        dup2(out, 2);
        // The bench's connections to the JACK server are its own.
        for (int other = 3; other < 1024; ++other) close(other);
        execvp(arguments[0], arguments.data());
        _exit(127);
    }
    ~ChildProcess() { end(SIGTERM); }
    ChildProcess(const ChildProcess&) = delete;
    ChildProcess& operator=(const ChildProcess&) = delete;

    bool running() {
        int status = 0;
        if (process_ > 0 && waitpid(process_, &status, WNOHANG) == process_) process_ = 0;
        return process_ > 0;
    }
    // The last line that it said.
    std::string last_words() const {
        std::ifstream in(output_);
        std::string line, last;
        while (std::getline(in, line))
            if (!line.empty()) last = line;
        return last;
    }
    // Killed when it has not ended after ten seconds.
    void end(int signal) {
        if (process_ > 0) kill(process_, signal);
        for (int tries = 0; tries < 1000 && running(); ++tries)
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
        if (process_ <= 0) return;
        kill(process_, SIGKILL);
        waitpid(process_, nullptr, 0);
        process_ = 0;
    }

private:
    const std::filesystem::path output_;
    pid_t process_ = 0;
};

inline bool is_program(const std::string& name) {
    return std::system(("command -v '" + name + "' >/dev/null 2>&1").c_str()) == 0;
}

}  // namespace forerun::bench
