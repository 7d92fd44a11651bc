// One worker's recent activity, without gaps or overlaps, from its recorded spans (activity_span.h).
//
// So the causes of a dropout add up to its length: every nanosecond of it belongs to exactly one activity.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <vector>

#include "tools/measure/record/activity_span.h"

namespace forerun::measure {

class WorkerHistory {
public:
    struct Stretch {
        std::int64_t from_nanoseconds = 0, to_nanoseconds = 0;
        Activity activity = Activity::idle;
        std::uint64_t serial = 0;  // of the voice that it was about
    };
    using Durations = std::array<std::int64_t, static_cast<std::size_t>(Activity::count)>;  // nanoseconds

    void add(const ActivitySpan& span);
    void forget_before(std::int64_t nanoseconds);
    // Nothing earlier will be recorded any more.
    std::int64_t known_until() const { return known_until_; }

    // What filled [from, to), in order. Where nothing was recorded the worker was idle.
    std::vector<Stretch> stretches(std::int64_t from, std::int64_t to) const;
    Durations durations(std::int64_t from, std::int64_t to) const;

private:
    std::deque<ActivitySpan> spans_;    // follow each other
    std::deque<ActivitySpan> over_[3];  // lie over them, the later lists over the earlier
    std::int64_t known_until_ = 0;
};

}  // namespace forerun::measure
