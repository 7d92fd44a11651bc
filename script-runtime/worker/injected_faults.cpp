#include "script-runtime/worker/injected_faults.h"

#include <pthread.h>
#include <sched.h>
#include <sys/mman.h>
#include <unistd.h>

#include <chrono>
#include <thread>

#include "script-runtime/host/lua_host.h"

#include "shared/threads/single_writer.h"

namespace forerun {
namespace {

// Each page is one fault: advice and size keep the system from giving several at once.
void touch_fresh_pages(std::size_t pages) {
    const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
    void* memory = mmap(nullptr, pages * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) return;
#ifdef MADV_NOHUGEPAGE
    madvise(memory, pages * page, MADV_NOHUGEPAGE);
#endif
    auto* bytes = static_cast<volatile char*>(memory);
    for (std::size_t p = 0; p < pages; ++p) bytes[p * page] = 1;
    munmap(memory, pages * page);
}

struct ThreadClass {
    int policy = 0, priority = 0;
};

#if defined(__linux__)
// Not pthread_getschedparam and its partner: they know neither what sched_setscheduler gave nor SCHED_RESET_ON_FORK, which only
// a thread with a special right may lose. 0 is the calling thread.
bool read_class(ThreadClass& of) {
    sched_param had{};
    of.policy = sched_getscheduler(0);
    if (of.policy < 0 || sched_getparam(0, &had) != 0) return false;
    of.priority = had.sched_priority;
    return true;
}
void change_class(const ThreadClass& to) {
    sched_param wanted{};
    wanted.sched_priority = to.priority;
    sched_setscheduler(0, to.policy, &wanted);
}
ThreadClass ordinary(const ThreadClass& from) { return {SCHED_OTHER | (from.policy & SCHED_RESET_ON_FORK), 0}; }
#else
bool read_class(ThreadClass& of) {
    sched_param had{};
    if (pthread_getschedparam(pthread_self(), &of.policy, &had) != 0) return false;
    of.priority = had.sched_priority;
    return true;
}
void change_class(const ThreadClass& to) {
    sched_param wanted{};
    wanted.sched_priority = to.priority;
    pthread_setschedparam(pthread_self(), to.policy, &wanted);
}
ThreadClass ordinary(const ThreadClass&) { return {SCHED_OTHER, 0}; }
#endif

}  // namespace

InjectedFaults::InjectedFaults(const Configuration& configuration, WorkerLine& line)
    : faults_(configuration.injected_faults), rate_hz_(configuration.rate_hz), line_(line) {
    for (const auto& fault : faults_) any_ = any_ || fault.period_seconds > 0;
}

bool InjectedFaults::is_due(WorkerFault fault, double clock_seconds) {
    const auto f = static_cast<std::size_t>(fault);
    const double period = faults_[f].period_seconds;
    if (period <= 0 || clock_seconds < period * static_cast<double>(times_[f] + 1)) return false;
    ++times_[f];
    return true;
}

void InjectedFaults::inject(WorkerFault fault, double clock_seconds, LuaHost& host) {
    const auto f = static_cast<std::size_t>(fault);
    const double size = faults_[f].size;
    bump(line_.faults_injected[f]);
    switch (fault) {
    case WorkerFault::stall:
        std::this_thread::sleep_for(std::chrono::nanoseconds(static_cast<std::int64_t>(1e9 * size)));
        break;
    case WorkerFault::garbage: host.make_garbage(static_cast<std::uint64_t>(size)); break;
    case WorkerFault::cold_jit: host.forget_compiled_code(); break;
    case WorkerFault::page_faults: touch_fresh_pages(static_cast<std::size_t>(size)); break;
    case WorkerFault::priority_loss: lose_priority(clock_seconds + size); break;
    case WorkerFault::count: break;
    }
}

void InjectedFaults::lose_priority(double until_seconds) {
    if (priority_back_seconds_ == not_lost) {
        ThreadClass had;
        if (!read_class(had)) return;
        policy_ = had.policy;
        priority_ = had.priority;
        change_class(ordinary(had));
    }
    priority_back_seconds_ = until_seconds;
}

void InjectedFaults::give_priority_back() {
    change_class({policy_, priority_});
    priority_back_seconds_ = not_lost;
}

}  // namespace forerun
