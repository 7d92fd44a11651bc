// What a running device counts for DeviceStatistics: callbacks and their frames.
#pragma once

#include <atomic>
#include <cstdint>

#include "rt-engine/audio-io/device.h"
#include "shared/threads/single_writer.h"

namespace forerun {

// Each member function that counts belongs to one thread of the driver; any thread may read.
class BlockCounters {
public:
    void block(std::int64_t frames) noexcept {
        bump(blocks_);
        if (frames > largest_block_frames()) largest_block_frames_.store(frames, std::memory_order_relaxed);
    }
    void underflow() noexcept { bump(underflows_); }
    void lose(std::int64_t frames) noexcept {
        lost_frames_.store(lost_frames_.load(std::memory_order_relaxed) + frames, std::memory_order_relaxed);
    }

    // Before the driver calls.
    void reset() noexcept {
        blocks_.advance_to(0);
        underflows_.advance_to(0);
        lost_frames_.store(0, std::memory_order_relaxed);
        largest_block_frames_.store(0, std::memory_order_relaxed);
    }

    std::uint64_t blocks() const noexcept { return blocks_; }
    std::int64_t largest_block_frames() const noexcept { return largest_block_frames_.load(std::memory_order_relaxed); }
    DeviceStatistics statistics() const noexcept {
        return {blocks(), underflows_, 0, 0, largest_block_frames(), lost_frames_.load(std::memory_order_relaxed)};
    }

private:
    Counter blocks_, underflows_;
    std::atomic<std::int64_t> largest_block_frames_{0}, lost_frames_{0};
};

}  // namespace forerun
