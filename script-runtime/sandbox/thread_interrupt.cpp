#include "script-runtime/sandbox/thread_interrupt.h"

#if (defined(__unix__) || defined(__APPLE__)) && !defined(__SANITIZE_THREAD__)
#include <pthread.h>

#include <cerrno>
#include <csignal>
#include <mutex>
#define FORERUN_BY_SIGNAL 1
#else
#define FORERUN_BY_SIGNAL 0
#endif

namespace forerun {

#if FORERUN_BY_SIGNAL

namespace {

// The subject of a signal on this thread.
thread_local std::atomic<ThreadInterrupt*> inside{nullptr};

void on_signal(int) {
    const int before = errno;
    if (auto* self = inside.load(std::memory_order_relaxed)) self->handle();
    errno = before;
}

}  // namespace

ThreadInterrupt::ThreadInterrupt(Handler handler, void* subject) : handler_(handler), subject_(subject) { prepare(); }

void ThreadInterrupt::prepare() {
    static std::once_flag once;
    std::call_once(once, [] {
        struct sigaction action = {};
        action.sa_handler = &on_signal;
        action.sa_flags = SA_RESTART;
        sigemptyset(&action.sa_mask);
        ::sigaction(SIGURG, &action, nullptr);
    });
}

void ThreadInterrupt::enter() noexcept {
    // Relaxed: the interrupting thread has seen that this thread has entered by an acquire of its own (LuaState::interrupt).
    thread_.store(pthread_self(), std::memory_order_relaxed);
    inside.store(this, std::memory_order_relaxed);
}

void ThreadInterrupt::leave() noexcept { inside.store(nullptr, std::memory_order_relaxed); }

void ThreadInterrupt::interrupt() noexcept { ::pthread_kill(thread_.load(std::memory_order_relaxed), SIGURG); }

#else

ThreadInterrupt::ThreadInterrupt(Handler handler, void* subject) : handler_(handler), subject_(subject) {}
void ThreadInterrupt::prepare() {}
void ThreadInterrupt::enter() noexcept {}
void ThreadInterrupt::leave() noexcept {}
void ThreadInterrupt::interrupt() noexcept { handle(); }

#endif

}  // namespace forerun
