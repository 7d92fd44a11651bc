#include "tools/process/stop_signal.h"

#include <atomic>
#include <csignal>

namespace forerun {

namespace {

std::atomic<bool> requested{false};
static_assert(std::atomic<bool>::is_always_lock_free);  // so that a signal handler may use it

void request(int) { requested.store(true, std::memory_order_relaxed); }

}  // namespace

void catch_stop_signals() {
#if defined(__unix__) || defined(__APPLE__)
    struct sigaction action {};
    action.sa_handler = request;
    action.sa_flags = static_cast<int>(SA_RESETHAND);
    for (const int signal : {SIGINT, SIGTERM}) sigaction(signal, &action, nullptr);
    // A closed terminal causes two or three: from the kernel, from the shell, and when the shell has ended.
    action.sa_flags = 0;
    struct sigaction before {};
    sigaction(SIGHUP, nullptr, &before);
    if (before.sa_handler != SIG_IGN) sigaction(SIGHUP, &action, nullptr);  // ignored: by nohup
    // Exceeding the file size limit is an error of the write, like a full disk.
    std::signal(SIGXFSZ, SIG_IGN);
#else
    std::signal(SIGINT, request);
    std::signal(SIGTERM, request);
#endif
}

void ignore_broken_pipes() {
#if defined(__unix__) || defined(__APPLE__)
    std::signal(SIGPIPE, SIG_IGN);
#endif
}

bool stop_requested() noexcept { return requested.load(std::memory_order_relaxed); }

}  // namespace forerun
