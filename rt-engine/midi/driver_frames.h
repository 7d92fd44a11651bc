// The offset between a driver's frame count and the engine's, so that an event's frame is exact and not estimated from its
// arrival time.
//
// If the engine plays on the same driver, block by block, both counts advance by one period at a time: the offset modulo the
// period is constant, and times only determine the number of periods (locked). Otherwise (another device, blocks that are
// not periods) the offset is a median of many time differences, kept until it clearly changes, so that the notes of a chord
// stay together. When this process plays the engine on the driver, the offset is known: jack_blocks.h.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdlib>

#include "shared/time/sample_clock.h"

namespace forerun {

class DriverFrames {
public:
    static constexpr std::size_t window = 63, locked_window = 7;  // cycles that the median is taken of
    static constexpr int cycles_until_locked = 8;
    static constexpr std::int64_t held_within_frames = 8;  // while not locked
    static constexpr int cycles_trusted = 64;              // how long a known offset is kept after the last set()

    explicit DriverFrames(double rate_hz) : frames_per_nanosecond_(rate_hz * 1e-9) {}

    // [the driver's thread] Once per cycle of `period_frames`, which began with `driver_frame` at `nanoseconds`.
    void update(std::int64_t driver_frame, std::int64_t nanoseconds, std::int64_t period_frames,
                ClockReading engine) noexcept {
        if (trusted_ > 0) {
            --trusted_;
            return;
        }
        const auto since = static_cast<double>(nanoseconds - engine.nanoseconds) * frames_per_nanosecond_;
        auto guess = engine.frame + std::llround(since) - driver_frame;
        const auto within_period = modulo(engine.frame - driver_frame, period_frames);
        same_ = within_period == within_period_ ? same_ + 1 : 0;
        within_period_ = within_period;
        if (locked()) {
            // The nearest that is right modulo the period.
            const auto off = modulo(guess - within_period, period_frames);
            guess += off > period_frames / 2 ? period_frames - off : -off;
        }
        is_known_ = true;
        seen_[count_++ % window] = guess;
        const auto newest = median_of_newest(std::min(count_, locked() ? locked_window : window));
        const auto tolerated = locked() ? 0 : held_within_frames;
        if (count_ <= window || std::abs(newest - offset_) > tolerated) offset_ = newest;
    }

    // [the driver's thread] Instead of update(), when the offset is known.
    void set(std::int64_t offset) noexcept {
        offset_ = offset;
        trusted_ = cycles_trusted;
        count_ = 0;
        is_known_ = true;
    }

    bool known() const noexcept { return is_known_; }
    bool locked() const noexcept { return same_ >= cycles_until_locked; }
    std::int64_t engine_frame(std::int64_t driver_frame) const noexcept { return driver_frame + offset_; }

private:
    std::int64_t median_of_newest(std::size_t cycles) const noexcept {
        std::array<std::int64_t, window> sorted;
        for (std::size_t i = 0; i < cycles; ++i) sorted[i] = seen_[(count_ - 1 - i) % window];
        const auto middle = sorted.begin() + static_cast<std::ptrdiff_t>(cycles / 2);
        std::nth_element(sorted.begin(), middle, sorted.begin() + static_cast<std::ptrdiff_t>(cycles));
        return *middle;
    }
    static std::int64_t modulo(std::int64_t a, std::int64_t b) noexcept { return ((a % b) + b) % b; }

    const double frames_per_nanosecond_;
    std::array<std::int64_t, window> seen_{};
    std::size_t count_ = 0;
    std::int64_t offset_ = 0;
    std::int64_t within_period_ = -1;
    int same_ = 0;
    int trusted_ = 0;
    bool is_known_ = false;
};

}  // namespace forerun
