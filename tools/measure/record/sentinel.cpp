#include "tools/measure/record/sentinel.h"

#include <algorithm>
#include <chrono>
#include <stdexcept>
#include <thread>

#include "rt-engine/threads/realtime_thread.h"
#include "shared/time/sample_clock.h"

namespace forerun::measure {

Sentinel::Sentinel(int priority)
    : thread_([this, priority] { run(priority); }, [this](const char* why) { failure_ = why; }) {}

void Sentinel::require_complete() const {
    if (!failure_.empty()) throw std::runtime_error("the sentinel of pauses stopped: " + failure_);
}

void Sentinel::stop() {
    stopping_.store(true, std::memory_order_relaxed);
    if (thread_.joinable()) thread_.join();
}

void Sentinel::run(int priority) {
    if (priority > 0) raise_to_realtime(priority);
    auto due = monotonic_nanoseconds();
    while (!stopping_.load(std::memory_order_relaxed)) {
        due += period_nanoseconds;
        std::this_thread::sleep_until(std::chrono::steady_clock::time_point(std::chrono::nanoseconds(due)));
        const auto now = monotonic_nanoseconds();
        lateness_.add(static_cast<std::uint64_t>(std::max<std::int64_t>(0, now - due)));
        if (now - due >= noticeable_nanoseconds) pauses_.push_back({due, now});
        due = std::max(due, now - period_nanoseconds);  // it does not make up for what it missed
    }
}

}  // namespace forerun::measure
