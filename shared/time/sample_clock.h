// The sample clock: which engine frame is played when.
//
// The audio thread publishes (frame, monotonic time) once per block, without locks; any thread reads a consistent pair.
// Callbacks jitter, frames do not, so readers that need times (MIDI arrival, latency figures) smooth on their own side with
// ClockFollower.
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <numbers>

namespace forerun {

inline std::int64_t monotonic_nanoseconds() {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

struct ClockReading {
    std::int64_t frame = 0;  // first frame of the block that began at `nanoseconds`
    std::int64_t nanoseconds = 0;
};

// Lies in SharedState.
class alignas(64) SampleClock {
public:
    // [audio thread] Frames before `frame` have been mixed: workers may overwrite them. Once, at the end of each block.
    void advance(std::int64_t frame) noexcept { frame_.store(frame, std::memory_order_release); }

    // [audio thread] At the start of each block. A sequence lock whose writer never waits.
    void stamp(ClockReading reading) noexcept {
        const auto s = sequence_.load(std::memory_order_relaxed);
        sequence_.store(s + 1, std::memory_order_relaxed);
        // Release: the odd sequence is seen before either half of the pair; pairs with the acquire loads in read().
        stamp_frame_.store(reading.frame, std::memory_order_release);
        stamp_nanoseconds_.store(reading.nanoseconds, std::memory_order_release);
        sequence_.store(s + 2, std::memory_order_release);
    }

    // [any thread] Acquire: pairs with advance(): the mixer's reads before it are complete.
    std::int64_t frame() const noexcept { return frame_.load(std::memory_order_acquire); }

    // [any thread but audio] Retries while the audio thread writes: a few nanoseconds.
    ClockReading read() const noexcept {
        ClockReading reading;
        while (!try_read(reading)) {
        }
        return reading;
    }
    // [any thread, for those that must not wait] False while the audio thread writes.
    bool try_read(ClockReading& reading) const noexcept {
        const auto before = sequence_.load(std::memory_order_acquire);
        reading = {stamp_frame_.load(std::memory_order_acquire), stamp_nanoseconds_.load(std::memory_order_acquire)};
        return before % 2 == 0 && before == sequence_.load(std::memory_order_relaxed);
    }

private:
    std::atomic<std::int64_t> frame_{0};
    // A cache line of its own: workers poll frame_.
    alignas(64) std::atomic<std::uint64_t> sequence_{0};
    std::atomic<std::int64_t> stamp_frame_{0};
    std::atomic<std::int64_t> stamp_nanoseconds_{0};
};

// Smooths the clock's readings: a delay-locked loop of second order (F. Adriaensen, "Using a DLL to filter time", 2005)
// over blocks of any length. Belongs to one reading thread.
class ClockFollower {
public:
    // bandwidth_hz: how fast the loop follows; 0.5 Hz removes most of the callbacks' jitter.
    explicit ClockFollower(double rate_hz, double bandwidth_hz = 0.5)
        : nanoseconds_per_frame_(1e9 / rate_hz), bandwidth_hz_(bandwidth_hz) {}

    // A reading with the same frame as the last one changes nothing. A jump (device restarted: more than 0.1 s off) restarts
    // the loop.
    void update(ClockReading reading) {
        if (started_ && reading.frame == frame_) return;
        const auto frames = static_cast<double>(reading.frame - frame_);
        const double predicted = nanoseconds_ + frames * nanoseconds_per_frame_;
        const double error = static_cast<double>(reading.nanoseconds) - predicted;
        if (!started_ || frames < 0 || std::abs(error) > 1e8) {
            started_ = true;
            nanoseconds_ = static_cast<double>(reading.nanoseconds);
        } else {
            const double omega =
                std::min(1.0, 2 * std::numbers::pi * bandwidth_hz_ * frames * nanoseconds_per_frame_ * 1e-9);
            nanoseconds_ = predicted + std::numbers::sqrt2 * omega * error;
            nanoseconds_per_frame_ += omega * omega * error / frames;
        }
        frame_ = reading.frame;
    }

    // Time at which a frame is (or was) played; frame that is played at a time. Before the first update: 0.
    double nanoseconds_at(double frame) const {
        return nanoseconds_ + (frame - static_cast<double>(frame_)) * nanoseconds_per_frame_;
    }
    double frame_at(double nanoseconds) const {
        return static_cast<double>(frame_) + (nanoseconds - nanoseconds_) / nanoseconds_per_frame_;
    }
    bool started() const { return started_; }

private:
    double nanoseconds_per_frame_;
    double bandwidth_hz_;
    bool started_ = false;
    std::int64_t frame_ = 0;
    double nanoseconds_ = 0;
};

}  // namespace forerun
