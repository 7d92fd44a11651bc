// The search for the largest number of voices without dropouts: doubling until one fails, then bisection.
//
// Pure, without an engine: it says which number to try and is given the result. It assumes that fewer voices are never worse;
// near the limit chance decides, which is why a number counts as clean only when all of several runs were. (D. E. Knuth: The
// Art of Computer Programming 3, 6.2.1, binary search; doubling first: J. L. Bentley, A. C. Yao, Information Processing
// Letters 5, 1976.)
//
//     CapacitySearch search(512);
//     while (const auto voices = search.next()) search.record(*voices, all_three_runs_clean(*voices));
//     use(search.clean());
#pragma once

#include <algorithm>
#include <optional>

namespace forerun::measure {

class CapacitySearch {
public:
    // Tries 1 to `most` voices; starts at `first`, to save time where the answer is known to be large.
    explicit CapacitySearch(int most, int first = 1)
        : most_(most), next_(std::min(first, most)), crackling_(most + 1) {}

    // What to try now; nothing when the answer is known. The same again until record().
    std::optional<int> next() const {
        if (next_ <= clean_ || next_ >= crackling_) return std::nullopt;
        return next_;
    }

    // `voices` as next() gave it.
    void record(int voices, bool was_clean) {
        if (was_clean)
            clean_ = std::max(clean_, voices);
        else
            crackling_ = std::min(crackling_, voices);
        next_ = crackling_ <= most_ ? clean_ + (crackling_ - clean_) / 2 : std::min(most_, 2 * clean_);
    }

    // The largest number that was clean; 0 when none was.
    int clean() const { return clean_; }
    // Nothing that was tried crackled: the capacity is `most` or more.
    bool limited_by_most() const { return clean_ == most_; }

private:
    int most_, next_;
    int clean_ = 0;
    int crackling_;  // the smallest that was not clean; beyond `most` while there is none
};

}  // namespace forerun::measure
