#include "script-runtime/injected_faults.h"

#include <pthread.h>
#include <sched.h>
#include <sys/mman.h>
#include <unistd.h>

#include <chrono>
#include <thread>

#include "script-runtime/lua_host.h"

namespace forerun {
namespace {

std::int64_t nanoseconds(double seconds) { return static_cast<std::int64_t>(1e9 * seconds); }

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

}  // namespace

InjectedFaults::InjectedFaults(const Configuration& configuration, WorkerLine& line)
    : faults_(configuration.injected_faults), line_(line) {
    for (const auto& fault : faults_) any_ = any_ || fault.period_seconds > 0;
}

bool InjectedFaults::is_due(WorkerFault fault, std::int64_t now) {
    const auto f = static_cast<std::size_t>(fault);
    const auto period = nanoseconds(faults_[f].period_seconds);
    if (period == 0 || now < next_[f]) return false;
    const bool due = next_[f] != 0;
    next_[f] = (due ? next_[f] : now) + period;
    return due;
}

void InjectedFaults::inject(WorkerFault fault, std::int64_t now, LuaHost& host) {
    const auto f = static_cast<std::size_t>(fault);
    const double size = faults_[f].size;
    switch (fault) {
    case WorkerFault::stall: std::this_thread::sleep_for(std::chrono::nanoseconds(nanoseconds(size))); break;
    case WorkerFault::garbage: host.make_garbage(static_cast<std::uint64_t>(size)); break;
    case WorkerFault::cold_jit: host.forget_compiled_code(); break;
    case WorkerFault::page_faults: touch_fresh_pages(static_cast<std::size_t>(size)); break;
    case WorkerFault::priority_loss: lose_priority(now + nanoseconds(size)); break;
    case WorkerFault::count: return;
    }
    line_.faults_injected[f].store(line_.faults_injected[f].load(std::memory_order_relaxed) + 1,
                                   std::memory_order_relaxed);
}

void InjectedFaults::lose_priority(std::int64_t until) {
    if (priority_back_ == 0) {
        sched_param had{};
        if (pthread_getschedparam(pthread_self(), &policy_, &had) != 0) return;
        priority_ = had.sched_priority;
        const sched_param ordinary{};
        pthread_setschedparam(pthread_self(), SCHED_OTHER, &ordinary);
    }
    priority_back_ = until;
}

void InjectedFaults::give_priority_back() {
    sched_param had{};
    had.sched_priority = priority_;
    pthread_setschedparam(pthread_self(), policy_, &had);
    priority_back_ = 0;
}

}  // namespace forerun
