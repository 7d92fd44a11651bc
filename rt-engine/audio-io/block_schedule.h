// When each block of a paced device is due.
//
// Deadlines are computed from the block's number, never added up, so they do not drift: block n is due at
// start + n · block / rate. After a stall the missed blocks are due at once, as a driver that still has room asks for them;
// after more than `longest_stall_nanoseconds` (the program was stopped) the missed time is given up instead.
//
// Time is a value: nothing here looks at a clock.
#pragma once

#include <cmath>
#include <cstdint>

namespace forerun {

class BlockSchedule {
public:
    static constexpr std::int64_t longest_stall_nanoseconds = 1'000'000'000;

    BlockSchedule(double rate_hz, std::int64_t block_frames, std::int64_t start_nanoseconds)
        : block_nanoseconds_(static_cast<double>(block_frames) * 1e9 / rate_hz), start_(start_nanoseconds) {}

    // Of the block that comes next.
    std::int64_t deadline() const { return start_ + std::llround(static_cast<double>(next_) * block_nanoseconds_); }

    struct Step {
        bool late = false;           // more than one block behind its time
        std::int64_t abandoned = 0;  // blocks given up before this one
    };

    // The next block begins at `now`, which is not before deadline().
    Step begin(std::int64_t now_nanoseconds) {
        Step step;
        const auto behind = now_nanoseconds - deadline();
        if (behind > longest_stall_nanoseconds) {
            step.abandoned = static_cast<std::int64_t>(static_cast<double>(behind) / block_nanoseconds_);
            next_ += step.abandoned;
        } else {
            step.late = static_cast<double>(behind) > block_nanoseconds_;
        }
        ++next_;
        return step;
    }

private:
    double block_nanoseconds_;
    std::int64_t start_;
    std::int64_t next_ = 0;
};

}  // namespace forerun
