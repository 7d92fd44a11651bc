// A copy of a histogram at one moment, as plain data: can be added, subtracted and asked for percentiles.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "shared/metrics/histogram.h"

namespace forerun {

class Distribution {
public:
    Distribution() = default;
    Distribution(const Histogram& histogram) : max_(histogram.max()) {
        if (max_ == 0 && histogram.count() == 0) return;
        buckets_.resize(Histogram::bucket_count);
        for (int b = 0; b < Histogram::bucket_count; ++b)
            buckets_[static_cast<std::size_t>(b)] = histogram.in_bucket(b);
    }

    std::uint64_t count() const {
        std::uint64_t total = 0;
        for (const auto count : buckets_) total += count;
        return total;
    }
    std::uint64_t max() const { return max_; }
    std::uint64_t in_bucket(int bucket) const {
        return buckets_.empty() ? 0 : buckets_[static_cast<std::size_t>(bucket)];
    }

    // The upper edge of the bucket that holds the value of rank ceil(q·n), never above max(). 0 when empty.
    std::uint64_t percentile(double q) const {
        const auto n = count();
        if (n == 0) return 0;
        const auto rank = std::max<std::uint64_t>(1, static_cast<std::uint64_t>(std::ceil(q * static_cast<double>(n))));
        std::uint64_t seen = 0;
        for (int b = 0; b < Histogram::bucket_count; ++b)
            if (seen += in_bucket(b); seen >= rank) return std::min(Histogram::upper_edge(b), max_);
        return max_;
    }

    void add(const Distribution& other) {
        max_ = std::max(max_, other.max_);
        if (other.buckets_.empty()) return;
        buckets_.resize(Histogram::bucket_count);
        for (std::size_t b = 0; b < buckets_.size(); ++b) buckets_[b] += other.buckets_[b];
    }
    // What came since an earlier moment. The largest value is that of both: when it came is not known.
    Distribution since(const Distribution& before) const {
        Distribution later = *this;
        for (std::size_t b = 0; b < std::min(later.buckets_.size(), before.buckets_.size()); ++b)
            later.buckets_[b] -= std::min(later.buckets_[b], before.buckets_[b]);
        return later;
    }

private:
    std::vector<std::uint64_t> buckets_;  // as the histogram has them; none: nothing came
    std::uint64_t max_ = 0;
};

}  // namespace forerun
