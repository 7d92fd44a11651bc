// Keeps the engine's output in preallocated memory: a cell is seconds long, and no disk is involved.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <span>
#include <vector>

namespace forerun::measure {

class OutputRecording {
public:
    explicit OutputRecording(std::uint32_t channels) : channels_(channels) {}

    // At most so many frames, from the next block on. Once. [owner]
    void begin(std::int64_t most_frames) {
        samples_.assign(static_cast<std::size_t>(most_frames * channels_), 0);  // touches every page
        begun_.store(true, std::memory_order_release);  // pairs with the acquire in push_rt, which then sees samples_
    }

    // Interleaved; `frame`: the engine's, of the first. What does not fit is left out. [audio thread]
    void push_rt(std::int64_t frame, const float* samples, std::int64_t frames) noexcept {
        if (!begun_.load(std::memory_order_acquire)) return;
        if (first_frame_ < 0) first_frame_ = frame;
        const auto count = std::min(static_cast<std::size_t>(frames * channels_), samples_.size() - used_);
        std::copy_n(samples, count, samples_.data() + used_);
        used_ += count;
    }

    // After the last push. [owner]
    std::int64_t first_frame() const { return first_frame_; }  // -1: nothing came
    std::span<const float> samples() const { return {samples_.data(), used_}; }

private:
    const std::int64_t channels_;
    std::vector<float> samples_;
    std::atomic<bool> begun_{false};
    std::int64_t first_frame_ = -1;
    std::size_t used_ = 0;
};

}  // namespace forerun::measure
