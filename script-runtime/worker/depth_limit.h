// Limits how far voices are rendered ahead when their worker is short of time.
//
// Rewinds cost their rate times the depth that each discards. Above the load ceiling that product is bounded, for every voice
// alike: the voices with the most rewinds become shallow first, and no more than necessary. The bound moves slowly, down while
// the load is above its ceiling and up while it is well below; and in large steps in an overload (overload_watch.h).
#pragma once

#include <algorithm>
#include <cstdint>

#include "shared/time/quantum.h"

namespace forerun {

class DepthLimit {
public:
    // floor: what every voice has, however little time there is. safe: what it has short of an overload.
    DepthLimit(std::int64_t floor_frames, std::int64_t safe_frames, std::int64_t depth_frames, double load_ceiling)
        : floor_frames_(floor_frames),
          safe_frames_(safe_frames),
          depth_frames_(depth_frames),
          load_ceiling_(load_ceiling) {}

    // Once per window. load: the busy part of the worker's time; highest_rate: rewinds per second of the voice that has most.
    void follow(double load, double highest_rate) {
        overloaded_ = load > overload;
        if (load > load_ceiling_)
            rate_limit_ = std::max((1 - step) * std::min(highest_rate, rate_limit_), least_rate_limit);
        else if (load < 0.9 * load_ceiling_)
            rate_limit_ = std::min((1 + step) * rate_limit_, no_limit);
    }
    // Each time that it was so.
    void leap(double highest_rate) {
        rate_limit_ = std::max(leap_to * std::min(highest_rate, rate_limit_), least_rate_limit);
    }
    bool overloaded() const { return overloaded_; }
    // Whether a voice with so many rewinds per second has less than the full depth.
    bool limits(double rewind_rate) const { return rewind_rate > rate_limit_; }
    std::int64_t depth_for(double rewind_rate) const {
        if (!limits(rewind_rate)) return depth_frames_;
        const double frames = rate_limit_ / rewind_rate * static_cast<double>(depth_frames_);
        return std::max(overloaded_ ? floor_frames_ : safe_frames_, on_grid(static_cast<std::int64_t>(frames)));
    }

private:
    static constexpr double step = 0.03;  // slower than the load is smoothed, or both would swing
    static constexpr double leap_to = 0.25;
    static constexpr double overload = 0.95;
    static constexpr double least_rate_limit = 0.5;  // rewinds per second that every voice may have at full depth
    static constexpr double no_limit = 1e6;

    std::int64_t floor_frames_, safe_frames_, depth_frames_;
    double load_ceiling_;
    double rate_limit_ = no_limit;  // rewinds per second that a voice may have at full depth
    bool overloaded_ = false;
};

}  // namespace forerun
