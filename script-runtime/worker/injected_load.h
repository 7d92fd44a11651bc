// Makes the machine slower on purpose, for tests and benchmarks: each quantum costs a multiple of its own time, or one
// instrument's quanta cost time of the engine's clock, which a test moves.
//
// Time by the monotonic clock: CPU time is read with a system call that takes as long as a third of a quantum. A stretch in
// which the system ran something else is not to be multiplied, so a quantum counts at most four times the average one.
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <thread>

#include "shared/configuration.h"
#include "shared/shared_state.h"
#include "shared/time/sample_clock.h"

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

// Belongs to the worker's thread.
class InjectedCost {
public:
    explicit InjectedCost(const Configuration& configuration)
        : instrument_(configuration.costly_instrument),
          frames_(configuration.costly_frames),
          start_frames_(configuration.costly_start_frames),
          from_frame_(configuration.costly_from_frame),
          to_frame_(configuration.costly_to_frame),
          block_frames_(configuration.block_frames),
          frame_nanoseconds_(1e9 / configuration.rate_hz) {}

    explicit operator bool() const { return instrument_ >= 0; }

    std::int64_t quantum_frames(int quality) const { return frames_[static_cast<std::size_t>(quality)]; }
    std::int64_t start_frames() const { return start_frames_; }

    // This instrument was called: waits until the clock has gone on by what that costs, and returns it as CPU time. gives_up():
    // nobody moves the clock any more.
    template <typename Clock, typename GivesUp>
    std::int64_t charge(std::int32_t instrument, std::int64_t rendered_frame, std::int64_t frames, Clock clock_frame,
                        WorkerLine& line, GivesUp gives_up) {
        if (instrument != instrument_ || frames == 0 || rendered_frame < from_frame_ || rendered_frame >= to_frame_)
            return 0;
        const auto now = clock_frame();
        // What is less than a block adds up.
        if (now > until_frame_ + block_frames_) until_frame_ = now;
        until_frame_ += frames;
        line.injected_cost_until_frame.store(until_frame_, std::memory_order_relaxed);
        while (clock_frame() < until_frame_ && !gives_up()) std::this_thread::sleep_for(std::chrono::microseconds(20));
        line.injected_cost_until_frame.store(0, std::memory_order_relaxed);
        return static_cast<std::int64_t>(static_cast<double>(frames) * frame_nanoseconds_);
    }

private:
    const std::int32_t instrument_;
    const std::array<std::int64_t, 3> frames_;
    const std::int64_t start_frames_, from_frame_, to_frame_, block_frames_;
    const double frame_nanoseconds_;
    std::int64_t until_frame_ = 0;
};

}  // namespace forerun
