// A histogram of durations (or frames, or anything counted) with logarithmic buckets and a fixed size.
//
// One thread writes (the audio thread may: adding is two relaxed stores), any thread reads. Each octave has 16 buckets, so
// a percentile is exact to 1/16 of its value; values below 16 are exact. Nothing is averaged away: buckets can be added.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <cmath>
#include <cstdint>

#include "shared/threads/single_writer.h"

namespace forerun {

class Histogram {
public:
    static constexpr int buckets_per_octave = 16;
    static constexpr int bucket_count = 16 + 44 * buckets_per_octave;  // up to 2^48: 78 hours in nanoseconds

    // [the one writing thread] Wait-free.
    void add(std::uint64_t value) noexcept {
        bump(counts_[static_cast<std::size_t>(bucket_of(value))], 1);
        bump(sum_, value);
        if (value > max_.load(std::memory_order_relaxed)) max_.store(value, std::memory_order_relaxed);
    }

    // [any thread] Relaxed: a reader beside a writer sees a count or two less, never a torn one.
    std::uint64_t count() const noexcept {
        std::uint64_t total = 0;
        for (const auto& c : counts_) total += c;
        return total;
    }
    std::uint64_t max() const noexcept { return max_.load(std::memory_order_relaxed); }
    double mean() const noexcept {
        const auto n = count();
        return n ? static_cast<double>(sum_.load()) / static_cast<double>(n) : 0.0;
    }
    std::uint64_t in_bucket(int bucket) const noexcept { return counts_[static_cast<std::size_t>(bucket)]; }

    // The upper edge of the bucket that holds the value of rank ceil(q·n), never above max(). 0 when empty.
    std::uint64_t percentile(double q) const noexcept {
        const auto n = count();
        if (n == 0) return 0;
        const auto rank = std::max<std::uint64_t>(1, static_cast<std::uint64_t>(std::ceil(q * static_cast<double>(n))));
        std::uint64_t seen = 0;
        for (int b = 0; b < bucket_count; ++b) {
            seen += in_bucket(b);
            if (seen >= rank) return std::min(upper_edge(b), max());
        }
        return max();
    }

    static constexpr int bucket_of(std::uint64_t value) noexcept {
        if (value < 16) return static_cast<int>(value);
        const int octave = 63 - std::countl_zero(value);  // >= 4
        const int within = static_cast<int>(value >> (octave - 4) & 15u);
        return std::min(bucket_count - 1, 16 + (octave - 4) * buckets_per_octave + within);
    }
    static constexpr std::uint64_t upper_edge(int bucket) noexcept {
        if (bucket < 16) return static_cast<std::uint64_t>(bucket);
        const int octave = (bucket - 16) / buckets_per_octave + 4;
        const int within = (bucket - 16) % buckets_per_octave;
        return (1ull << octave) + (static_cast<std::uint64_t>(within + 1) << (octave - 4)) - 1;
    }

private:
    std::array<Counter, bucket_count> counts_{};
    Counter sum_;
    std::atomic<std::uint64_t> max_{0};
};

}  // namespace forerun
