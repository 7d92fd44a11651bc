#include "tools/measure/record/worker_history.h"

#include <algorithm>

namespace forerun::measure {
namespace {

using Stretch = WorkerHistory::Stretch;

// Which list of those that lie over the rest; -1: the rest itself. A worker that is not run compiles nothing either.
int layer_of(Activity activity) {
    switch (activity) {
    case Activity::compiling: return 0;
    case Activity::woken_late: return 1;
    case Activity::not_scheduled: return 2;
    default: return -1;
    }
}

void lay_over(std::vector<Stretch>& stretches, const Stretch& top) {
    std::vector<Stretch> cut;
    bool laid = false;
    for (const auto& s : stretches) {
        if (s.from_nanoseconds < std::min(s.to_nanoseconds, top.from_nanoseconds))
            cut.push_back({s.from_nanoseconds, std::min(s.to_nanoseconds, top.from_nanoseconds), s.activity, s.serial});
        if (!laid && s.to_nanoseconds > top.from_nanoseconds) cut.push_back(top), laid = true;
        if (s.to_nanoseconds > std::max(s.from_nanoseconds, top.to_nanoseconds))
            cut.push_back({std::max(s.from_nanoseconds, top.to_nanoseconds), s.to_nanoseconds, s.activity, s.serial});
    }
    stretches = std::move(cut);
}

}  // namespace

void WorkerHistory::add(const ActivitySpan& span) {
    const int layer = layer_of(WorkerActivity::unpacked(span.packed).activity);
    if (layer >= 0) {
        over_[layer].push_back(span);
        return;
    }
    spans_.push_back(span);
    known_until_ = std::max(known_until_, span.to_nanoseconds);
}

void WorkerHistory::forget_before(std::int64_t nanoseconds) {
    const auto forget = [nanoseconds](std::deque<ActivitySpan>& spans) {
        while (!spans.empty() && spans.front().to_nanoseconds < nanoseconds) spans.pop_front();
    };
    forget(spans_);
    for (auto& spans : over_) forget(spans);
}

std::vector<Stretch> WorkerHistory::stretches(std::int64_t from, std::int64_t to) const {
    std::vector<Stretch> all;
    std::int64_t at = from;
    const auto idle_until = [&](std::int64_t until) {
        if (at < until) all.push_back({at, until, Activity::idle, 0});
        at = std::max(at, until);
    };
    const auto first =
        std::lower_bound(spans_.begin(), spans_.end(), from,
                         [](const ActivitySpan& span, std::int64_t ns) { return span.to_nanoseconds <= ns; });
    for (auto span = first; span != spans_.end() && span->from_nanoseconds < to; ++span) {
        idle_until(std::max(from, span->from_nanoseconds));
        const auto what = WorkerActivity::unpacked(span->packed);
        const auto until = std::min(to, span->to_nanoseconds);
        if (at < until) all.push_back({at, until, what.activity, what.serial});
        at = std::max(at, until);
    }
    idle_until(to);
    for (const auto& spans : over_)
        for (const auto& span : spans) {
            const auto what = WorkerActivity::unpacked(span.packed);
            const Stretch top{std::max(from, span.from_nanoseconds), std::min(to, span.to_nanoseconds), what.activity,
                              what.serial};
            if (top.from_nanoseconds < top.to_nanoseconds) lay_over(all, top);
        }
    return all;
}

WorkerHistory::Durations WorkerHistory::durations(std::int64_t from, std::int64_t to) const {
    Durations sums{};
    for (const auto& s : stretches(from, to))
        sums[static_cast<std::size_t>(s.activity)] += s.to_nanoseconds - s.from_nanoseconds;
    return sums;
}

}  // namespace forerun::measure
