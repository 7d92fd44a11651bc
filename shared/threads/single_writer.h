// Counting in an atomic that only one thread writes: a plain addition instead of a locked one.
#pragma once

#include <atomic>
#include <type_traits>

namespace forerun {

// [the one writing thread] Relaxed: counters order nothing.
template <typename Counter>
void bump(std::atomic<Counter>& counter, std::type_identity_t<Counter> by = 1) noexcept {
    counter.store(counter.load(std::memory_order_relaxed) + by, std::memory_order_relaxed);
}

}  // namespace forerun
