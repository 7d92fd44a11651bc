#include "tools/measure/stressor.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <sstream>

#include "shared/bad_input.h"

namespace forerun::measure {
namespace {

bool is_installed(const char* program) {
    return std::system(fmt::format("command -v {} >/dev/null 2>&1", program).c_str()) == 0;
}

pid_t started(const std::string& kind, int count) {
    const auto option = "--" + kind;
    const auto number = std::to_string(count);
    const auto parent = getpid();
    const pid_t process = fork();
    if (process != 0) return process;
#ifdef __linux__
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() != parent) _exit(127);
#endif
    const int nowhere = open("/dev/null", O_RDWR);
    for (int stream = 0; stream < 3; ++stream) dup2(nowhere, stream);
    execlp("stress-ng", "stress-ng", option.c_str(), number.c_str(), static_cast<char*>(nullptr));
    _exit(127);
}

}  // namespace

Stressor::Stressor(const std::string& text) {
    if (text == "none") return;
    std::istringstream in(text);
    std::string kind, rest;
    int count = 0;
    if (!(in >> kind >> count) || in >> rest || count < 1 || count > 1024 ||
        (kind != "cpu" && kind != "vm" && kind != "io"))
        throw BadInput(fmt::format("stressor \"{}\": write cpu N, vm N or io N", text));
    if (is_installed("stress-ng")) {
        process_ = started(kind, count);
        if (process_ < 0) throw BadInput(fmt::format("stressor \"{}\": no new process can be started", text));
        return;
    }
    if (kind != "cpu") throw BadInput(fmt::format("stressor \"{}\": needs stress-ng; install it, or use cpu N", text));
    for (int i = 0; i < count; ++i)
        threads_.emplace_back([this] {
            while (!ends_.load(std::memory_order_relaxed)) continue;
        });
}

Stressor::~Stressor() {
    ends_.store(true, std::memory_order_relaxed);
    for (auto& thread : threads_) thread.join();
    if (process_ <= 0) return;
    kill(process_, SIGTERM);
    waitpid(process_, nullptr, 0);
}

std::string Stressor::made_by() const {
    return process_ > 0 ? "stress-ng" : threads_.empty() ? "" : "spinning threads";
}

}  // namespace forerun::measure
