// Makes the machine slower on purpose: each quantum costs a multiple of its own time, for tests and benchmarks.
//
// Time by the monotonic clock: CPU time is read with a system call that takes as long as a third of a quantum. A stretch in
// which the system ran something else is not to be multiplied, so a quantum counts at most four times the average one.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <thread>

#include "shared/configuration.h"
#include "shared/sample_clock.h"

namespace forerun {

// Belongs to the worker's thread.
class InjectedLoad {
public:
    explicit InjectedLoad(const Configuration& configuration)
        : factor_(configuration.injected_load),
          from_frame_(configuration.injected_load_from_frame),
          to_frame_(configuration.injected_load_to_frame),
          stall_nanoseconds_(static_cast<std::int64_t>(1e9 * configuration.injected_stall_seconds)),
          period_nanoseconds_(static_cast<std::int64_t>(1e9 * configuration.injected_stall_period_seconds)) {}

    explicit operator bool() const { return factor_ > 0; }

    // A quantum took so long, the clock being at `clock_frame`: burns what it shall take more.
    void burn(double nanoseconds, std::int64_t clock_frame) {
        if (average_ == 0) average_ = nanoseconds;
        nanoseconds = std::min(nanoseconds, 4 * average_);
        average_ += 0.01 * (nanoseconds - average_);
        if (clock_frame < from_frame_ || clock_frame >= to_frame_) return;
        const auto until = monotonic_nanoseconds() + static_cast<std::int64_t>(factor_ * nanoseconds);
        while (monotonic_nanoseconds() < until) {
        }
    }

    // Sleeps when a stall is due. The first comes a period after the first call.
    void stall(std::int64_t now_nanoseconds) {
        if (stall_nanoseconds_ == 0 || now_nanoseconds < next_stall_) return;
        if (next_stall_ != 0) std::this_thread::sleep_for(std::chrono::nanoseconds(stall_nanoseconds_));
        next_stall_ = (next_stall_ != 0 ? next_stall_ : now_nanoseconds) + period_nanoseconds_;
    }

private:
    const double factor_;
    const std::int64_t from_frame_, to_frame_;
    const std::int64_t stall_nanoseconds_, period_nanoseconds_;
    std::int64_t next_stall_ = 0;
    double average_ = 0;
};

}  // namespace forerun
