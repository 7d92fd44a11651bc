// Makes one instrument's script slow on purpose: its calls cost time of the engine's clock, which the test moves.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <thread>

#include "shared/worker_probe.h"

namespace forerun {

struct CallCosts {
    std::uint16_t instrument = 1;
    std::array<std::int64_t, 3> quantum_frames{};  // by quality
    std::int64_t start_frames = 0;
    std::int64_t from_frame = 0, to_frame = INT64_MAX;  // of the engine: what is rendered there
};

// Of an engine with one worker.
class InjectedCost : public WorkerProbe, public WorkerProbes {
public:
    InjectedCost(const CallCosts& costs, std::int64_t block_frames, double rate_hz)
        : costs_(costs), block_frames_(block_frames), frame_nanoseconds_(1e9 / rate_hz) {}

    WorkerProbe* of(std::uint32_t) override { return this; }
    // The worker waits until the engine's clock is there; 0: it does not wait. [any thread]
    std::int64_t waits_until_frame() const { return waits_until_frame_.load(std::memory_order_relaxed); }

    // Waits until the clock has gone on by what the call costs, and counts that as its CPU time.
    std::int64_t added_cost(ProbedWorker& worker, const ProbedCall& call) override {
        const auto frames =
            call.is_start ? costs_.start_frames : costs_.quantum_frames[static_cast<std::size_t>(call.quality)];
        if (call.instrument != costs_.instrument || frames == 0 || call.rendered_frame < costs_.from_frame ||
            call.rendered_frame >= costs_.to_frame)
            return 0;
        const auto now = worker.clock_frame();
        // What is less than a block adds up.
        if (now > until_frame_ + block_frames_) until_frame_ = now;
        until_frame_ += frames;
        waits_until_frame_.store(until_frame_, std::memory_order_relaxed);
        while (worker.clock_frame() < until_frame_ && !worker.stopping())
            std::this_thread::sleep_for(std::chrono::microseconds(20));
        waits_until_frame_.store(0, std::memory_order_relaxed);
        return static_cast<std::int64_t>(static_cast<double>(frames) * frame_nanoseconds_);
    }

private:
    const CallCosts costs_;
    const std::int64_t block_frames_;
    const double frame_nanoseconds_;
    std::int64_t until_frame_ = 0;
    std::atomic<std::int64_t> waits_until_frame_{0};
};

}  // namespace forerun
