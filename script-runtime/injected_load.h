// Makes the machine slower on purpose: each quantum costs a multiple of its own time, for tests and benchmarks.
//
// Time by the monotonic clock: CPU time is read with a system call that takes as long as a third of a quantum. A stretch in
// which the system ran something else is not to be multiplied, so a quantum counts at most four times the average one.
#pragma once

#include <algorithm>
#include <cstdint>

#include "shared/configuration.h"
#include "shared/sample_clock.h"

namespace forerun {

// Belongs to the worker's thread.
class InjectedLoad {
public:
    explicit InjectedLoad(const Configuration& configuration)
        : factor_(configuration.injected_load),
          from_frame_(configuration.injected_load_from_frame),
          to_frame_(configuration.injected_load_to_frame) {}

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

private:
    const double factor_;
    const std::int64_t from_frame_, to_frame_;
    double average_ = 0;
};

}  // namespace forerun
