// Makes the machine slower on purpose: each quantum costs a multiple of its own time.
//
// Time by the monotonic clock: CPU time is read with a system call that takes as long as a third of a quantum. A stretch in
// which the system ran something else is not to be multiplied, so a quantum counts at most four times the average one.
#pragma once

#include <algorithm>
#include <cstdint>

#include "shared/time/sample_clock.h"
#include "shared/worker_probe.h"

namespace forerun::bench {

// Of an engine with one worker.
class InjectedLoad : public WorkerProbe, public WorkerProbes {
public:
    // Each quantum takes so many times its own time more, in frames [from, to) of the engine's clock.
    InjectedLoad(double factor, std::int64_t from_frame, std::int64_t to_frame)
        : factor_(factor), from_frame_(from_frame), to_frame_(to_frame) {}

    WorkerProbe* of(std::uint32_t) override { return this; }

    void quantum_rendered(ProbedWorker& worker, std::int64_t took) override {
        auto nanoseconds = static_cast<double>(took);
        if (average_ == 0) average_ = nanoseconds;
        nanoseconds = std::min(nanoseconds, 4 * average_);
        average_ += 0.01 * (nanoseconds - average_);
        if (worker.clock_frame() < from_frame_ || worker.clock_frame() >= to_frame_) return;
        const auto until = monotonic_nanoseconds() + static_cast<std::int64_t>(factor_ * nanoseconds);
        while (monotonic_nanoseconds() < until) {
        }
    }

private:
    const double factor_;
    const std::int64_t from_frame_, to_frame_;
    double average_ = 0;
};

}  // namespace forerun::bench
