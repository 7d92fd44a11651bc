#include "tools/stop_signal.h"

#include <atomic>
#include <csignal>

namespace forerun {

namespace {

std::atomic<bool> requested{false};
static_assert(std::atomic<bool>::is_always_lock_free);  // what a signal handler may touch

void request(int) { requested.store(true, std::memory_order_relaxed); }

}  // namespace

void catch_stop_signals() {
#if defined(__unix__) || defined(__APPLE__)
    struct sigaction action {};
    action.sa_handler = request;
    action.sa_flags = static_cast<int>(SA_RESETHAND);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaction(signal, &action, nullptr);
    // A file that grew too large is an error of the write, like a full disk.
    std::signal(SIGXFSZ, SIG_IGN);
#else
    std::signal(SIGINT, request);
    std::signal(SIGTERM, request);
#endif
}

bool stop_requested() noexcept { return requested.load(std::memory_order_relaxed); }

}  // namespace forerun
