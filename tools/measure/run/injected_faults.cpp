#include "tools/measure/run/injected_faults.h"

#include <pthread.h>
#include <sched.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "shared/threads/single_writer.h"

namespace forerun::measure {
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

bool is_of_workers(FaultKind kind) {
    switch (kind) {
    case FaultKind::stall:
    case FaultKind::garbage:
    case FaultKind::cold_jit:
    case FaultKind::page_faults:
    case FaultKind::priority_loss: return true;
    case FaultKind::reload:
    case FaultKind::flood:
    case FaultKind::burst:
    case FaultKind::hang: break;
    }
    return false;
}

InjectedFaults::InjectedFaults(const std::vector<Fault>& faults, double rate_hz) : rate_hz_(rate_hz) {
    for (const auto& fault : faults)
        if (is_of_workers(fault.kind)) all_.emplace_back(fault);
}

bool InjectedFaults::has(FaultKind kind) const {
    return std::ranges::any_of(all_, [kind](const OneFault& one) { return one.fault.kind == kind; });
}

std::uint64_t InjectedFaults::times(FaultKind kind) const {
    std::uint64_t times = 0;
    for (const auto& one : all_)
        if (one.fault.kind == kind) times += one.times.load();
    return times;
}

void InjectedFaults::step(ProbedWorker& worker) {
    const double clock_seconds = static_cast<double>(worker.clock_frame()) / rate_hz_;
    for (auto& one : all_) {
        const auto times = one.times.load();
        if (clock_seconds < one.fault.period_seconds * static_cast<double>(times + 1)) continue;
        bump(one.times);
        // A stall is to be detected, not reported by us.
        if (one.fault.kind == FaultKind::garbage) worker.shows(Activity::collecting);
        if (one.fault.kind == FaultKind::page_faults) worker.shows(Activity::rendering);
        inject(one.fault, clock_seconds, worker);
        worker.shows(Activity::idle);
    }
    if (clock_seconds >= priority_back_seconds_) give_priority_back();
}

void InjectedFaults::inject(const Fault& fault, double clock_seconds, ProbedWorker& worker) {
    switch (fault.kind) {
    case FaultKind::stall:
        std::this_thread::sleep_for(std::chrono::nanoseconds(static_cast<std::int64_t>(1e6 * fault.size)));
        break;
    case FaultKind::garbage: worker.make_garbage(static_cast<std::uint64_t>(fault.size * (1u << 20))); break;
    case FaultKind::cold_jit: worker.forget_compiled_code(); break;
    case FaultKind::page_faults: touch_fresh_pages(static_cast<std::size_t>(fault.size)); break;
    case FaultKind::priority_loss: lose_priority(clock_seconds + fault.size / 1000); break;
    default: break;
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

}  // namespace forerun::measure
