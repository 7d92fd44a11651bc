// The typical CPU time of a quantum in a share, against which the cost of a checkpoint is weighed (checkpoint_spacing.h).
#pragma once

#include <algorithm>
#include <cstdint>

namespace forerun {

class UsualQuantum {
public:
    void add(std::int64_t took_nanoseconds) {
        const double counted = std::min(static_cast<double>(took_nanoseconds), most_counted_nanoseconds);
        nanoseconds_ += weight_ * (counted - nanoseconds_);
        weight_ = std::max(0.01, weight_ / (1 + weight_));  // the mean of the first hundred
    }
    double nanoseconds() const { return nanoseconds_; }  // 0: there was none

private:
    static constexpr double most_counted_nanoseconds = 1e5;  // what is longer was interrupted

    double nanoseconds_ = 0;
    double weight_ = 1;  // of the next one
};

}  // namespace forerun
