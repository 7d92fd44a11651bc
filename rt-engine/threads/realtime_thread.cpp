#include "rt-engine/threads/realtime_thread.h"

#if defined(__unix__) || defined(__APPLE__)
#define FORERUN_POSIX_THREADS 1
#include <pthread.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/resource.h>
#endif

#include <atomic>

namespace forerun {

namespace {
std::atomic<bool> forbidden{false};
}

void forbid_realtime() noexcept { forbidden.store(true, std::memory_order_relaxed); }

#if FORERUN_POSIX_THREADS

namespace {

// Raising a soft limit up to the hard limit needs no privilege.
void raise_soft_limit(decltype(RLIMIT_MEMLOCK) which) noexcept {
    rlimit limit{};
    if (getrlimit(which, &limit) == 0 && limit.rlim_cur != limit.rlim_max) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(which, &limit);
    }
}

}  // namespace

bool raise_to_realtime(int priority) noexcept {
    if (forbidden.load(std::memory_order_relaxed)) return false;
#if defined(__linux__)
    raise_soft_limit(RLIMIT_RTPRIO);
    constexpr int policy = SCHED_FIFO | SCHED_RESET_ON_FORK;
#else
    constexpr int policy = SCHED_FIFO;
#endif
    sched_param parameters{};
    parameters.sched_priority = priority;
#if defined(__linux__)
    // pthread_setschedparam refuses SCHED_RESET_ON_FORK; 0 is the calling thread.
    if (sched_setscheduler(0, policy, &parameters) == 0) return true;
    rlimit limit{};
    if (getrlimit(RLIMIT_RTPRIO, &limit) == 0 && limit.rlim_cur > 0 && limit.rlim_cur < static_cast<rlim_t>(priority)) {
        parameters.sched_priority = static_cast<int>(limit.rlim_cur);
        return sched_setscheduler(0, policy, &parameters) == 0;
    }
    return false;
#else
    return pthread_setschedparam(pthread_self(), policy, &parameters) == 0;
#endif
}

Scheduling scheduling_of_this_thread() noexcept {
    sched_param parameters{};
#if defined(__linux__)
    // Not pthread_getschedparam: glibc answers from a cache that raise_to_realtime does not fill.
    int policy = sched_getscheduler(0);
    if (policy < 0 || sched_getparam(0, &parameters) != 0) return {};
    policy &= ~SCHED_RESET_ON_FORK;
#else
    int policy = 0;
    if (pthread_getschedparam(pthread_self(), &policy, &parameters) != 0) return {};
#endif
    if (policy != SCHED_FIFO && policy != SCHED_RR) return {};
    return {true, parameters.sched_priority};
}

bool lock_memory(std::span<std::byte> memory) noexcept {
    raise_soft_limit(RLIMIT_MEMLOCK);
    return mlock(memory.data(), memory.size()) == 0;
}

void unlock_memory(std::span<std::byte> memory) noexcept { munlock(memory.data(), memory.size()); }

#else

bool raise_to_realtime(int) noexcept { return false; }
Scheduling scheduling_of_this_thread() noexcept { return {}; }
bool lock_memory(std::span<std::byte>) noexcept { return false; }
void unlock_memory(std::span<std::byte>) noexcept {}

#endif

std::string realtime_advice() {
#if defined(__linux__)
    return "no right to real-time priority, so other programs can interrupt the sound: put the line "
           "\"@audio - rtprio 80\" into /etc/security/limits.d/audio.conf, run \"sudo adduser $USER audio\" and log in "
           "again";
#else
    return "no real-time priority on this system, so other programs can interrupt the sound: close what is not needed "
           "or "
           "choose larger blocks with --block";
#endif
}

}  // namespace forerun
