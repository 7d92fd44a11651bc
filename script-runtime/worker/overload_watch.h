// Detects an overload long before the smoothed load shows it: the worker never rests, and its buffers still drain.
//
// Catching up after a stall also keeps a worker busy, but then buffers fill. During the stall they drain, but the worker has no
// CPU time. Neither is an overload.
#pragma once

#include <cstdint>

namespace forerun {

class OverloadWatch {
public:
    explicit OverloadWatch(double busy_share) : busy_share_(busy_share) {}

    // The worker's CPU time and the part of their depth that its voices have, at a time; often. True: they have drained since.
    bool sinks(std::int64_t now_nanoseconds, std::int64_t cpu_nanoseconds, double filled_part) {
        const auto time = now_nanoseconds - since_nanoseconds_;
        if (time < span_nanoseconds) return false;
        const double share = static_cast<double>(cpu_nanoseconds - cpu_nanoseconds_) / static_cast<double>(time);
        const bool sinks = share > busy_share_ && filled_part < well_filled && filled_part < filled_part_;
        since_nanoseconds_ = now_nanoseconds;
        cpu_nanoseconds_ = cpu_nanoseconds;
        filled_part_ = filled_part;
        return sinks;
    }

private:
    // A bent chord keeps a worker busy for 20 ms, and leaves lower fills than before.
    static constexpr std::int64_t span_nanoseconds = 60'000'000;
    static constexpr double well_filled = 0.75;

    double busy_share_;
    std::int64_t since_nanoseconds_ = 0, cpu_nanoseconds_ = 0;
    double filled_part_ = 0;
};

}  // namespace forerun
