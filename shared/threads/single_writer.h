// Counting what one thread does, for any thread to read: a plain addition instead of a locked one.
#pragma once

#include <atomic>
#include <cstdint>

namespace forerun {

// Grows, and only its one writer lets it grow. Relaxed: a counter orders nothing, and nothing is decided on its strength; a
// reader beside the writer sees a count or two less, never a torn one.
class Counter {
public:
    // [any thread]
    std::uint64_t load(std::memory_order order = std::memory_order_relaxed) const noexcept {
        return count_.load(order);
    }
    operator std::uint64_t() const noexcept { return load(); }

    // [the one writing thread]
    friend void bump(Counter& counter, std::uint64_t by = 1) noexcept {
        counter.count_.store(counter.load() + by, std::memory_order_relaxed);
    }
    // What is counted elsewhere, by the system for example, has come so far. [the one writing thread]
    void advance_to(std::uint64_t count) noexcept { count_.store(count, std::memory_order_relaxed); }

private:
    std::atomic<std::uint64_t> count_{0};
};

}  // namespace forerun
