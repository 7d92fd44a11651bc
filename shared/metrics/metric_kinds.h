// The kinds of figures that the table of metrics (metric_table.h) can name, as they lie in the shared block. Counter is in
// shared/threads/single_writer.h, Histogram in histogram.h; operations on copies of them in metric_copies.h.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "shared/messages/underrun.h"
#include "shared/metrics/histogram.h"
#include "shared/threads/single_writer.h"

namespace forerun {

// Counted by several threads, so with a locked add; for what is rare.
class SharedCounter {
public:
    std::uint64_t load(std::memory_order order = std::memory_order_relaxed) const noexcept {
        return count_.load(order);
    }
    operator std::uint64_t() const noexcept { return load(); }
    friend void bump(SharedCounter& counter, std::uint64_t by = 1) noexcept {
        counter.count_.fetch_add(by, std::memory_order_relaxed);
    }

private:
    std::atomic<std::uint64_t> count_{0};
};

// How much there is now.
class Gauge {
public:
    std::uint64_t load(std::memory_order order = std::memory_order_relaxed) const noexcept { return now_.load(order); }
    operator std::uint64_t() const noexcept { return load(); }
    // [the one writing thread]
    void store(std::uint64_t now, std::memory_order order = std::memory_order_relaxed) noexcept {
        now_.store(now, order);
    }

private:
    std::atomic<std::uint64_t> now_{0};
};

// The most that there was at once.
class Maximum {
public:
    std::uint64_t load(std::memory_order order = std::memory_order_relaxed) const noexcept { return most_.load(order); }
    operator std::uint64_t() const noexcept { return load(); }
    // [the one writing thread]
    void raise_to(std::uint64_t now) noexcept {
        if (now > load()) most_.store(now, std::memory_order_relaxed);
    }

private:
    std::atomic<std::uint64_t> most_{0};
};

inline constexpr auto activities = static_cast<std::size_t>(Activity::count);

// A counter for each thing that a worker may have been doing.
class CounterByActivity {
public:
    Counter& operator[](std::size_t activity) noexcept { return counters_[activity]; }
    const Counter& operator[](std::size_t activity) const noexcept { return counters_[activity]; }

private:
    std::array<Counter, activities> counters_{};
};

}  // namespace forerun
