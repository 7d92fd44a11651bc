// Counting in an atomic that only one thread writes: a plain add instead of a locked one.
#pragma once

#include <atomic>
#include <cstdint>

namespace forerun {

// [the one writing thread] Relaxed: counters order nothing.
inline void bump(std::atomic<std::uint64_t>& counter, std::uint64_t by = 1) noexcept {
    counter.store(counter.load(std::memory_order_relaxed) + by, std::memory_order_relaxed);
}

}  // namespace forerun
