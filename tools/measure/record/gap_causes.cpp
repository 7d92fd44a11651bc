#include "tools/measure/record/gap_causes.h"

#include <algorithm>

namespace forerun::measure {
namespace {

constexpr std::int64_t longest_look_back = 250'000'000;
constexpr std::int64_t shortest_look_back = 20'000'000;  // a ring that was just taken back lasts no longer

constexpr std::int64_t long_call = 5'000'000;  // fifty times a usual visit to a voice

bool keeps_from_rendering(Cause cause) {
    return cause != Cause::rendering && cause != Cause::rewinding && cause != Cause::idle && cause != Cause::late_start;
}

using Sums = std::array<std::int64_t, timed_causes>;

Sums sums_of(const WorkerHistory& worker, std::int64_t from, std::int64_t to) {
    Sums sums{};
    const auto durations = worker.durations(from, to);
    for (std::size_t a = 0; a < durations.size(); ++a)
        sums[static_cast<std::size_t>(cause_of(static_cast<Activity>(a)))] += durations[a];
    return sums;
}

}  // namespace

Cause cause_of(Activity activity) {
    switch (activity) {
    case Activity::rendering: return Cause::rendering;
    case Activity::rewinding: return Cause::rewinding;
    case Activity::starting_voice: return Cause::starting;
    case Activity::collecting: return Cause::collecting;
    case Activity::compiling: return Cause::compiling;
    case Activity::starting:
    case Activity::warming: return Cause::warming;
    case Activity::not_scheduled: return Cause::not_scheduled;
    case Activity::woken_late: return Cause::woken_late;
    case Activity::idle:
    case Activity::count: break;
    }
    return Cause::idle;
}

void explain(Gap& gap, const UnderrunRecord& record, const WorkerHistory& worker, double rate_hz,
             std::int64_t depth_nanoseconds) {
    const auto length = static_cast<std::int64_t>(1e9 * static_cast<double>(gap.frames) / rate_hz);
    const auto from = record.began_nanoseconds, to = from + length;
    const auto during = sums_of(worker, from, to);
    for (std::size_t c = 0; c < timed_causes; ++c) gap.micros[c] = static_cast<double>(during[c]) / 1000;

    const auto look_back = std::clamp(depth_nanoseconds, shortest_look_back, longest_look_back);
    const auto around = sums_of(worker, from - look_back, to);
    std::size_t most = timed_causes;
    for (std::size_t c = 0; c < timed_causes; ++c)
        if (keeps_from_rendering(static_cast<Cause>(c)) && 2 * around[c] >= length &&
            (most == timed_causes || around[c] > around[most]))
            most = c;
    // One call that did not return for most of the gap is what it comes from, whatever had been before.
    for (const auto& s : worker.stretches(from, to)) {
        const auto stretch = s.to_nanoseconds - s.from_nanoseconds;
        const bool renders = s.activity == Activity::rendering || s.activity == Activity::rewinding;
        if (renders && stretch >= long_call && 2 * stretch >= length) most = timed_causes;
    }
    const auto of = [&](Cause cause) { return during[static_cast<std::size_t>(cause)]; };
    if (most != timed_causes)
        gap.cause = static_cast<Cause>(most);
    else if (of(Cause::rendering) == 0 && of(Cause::rewinding) == 0)
        gap.cause = Cause::idle;
    else
        gap.cause = of(Cause::rewinding) >= of(Cause::rendering) ? Cause::rewinding : Cause::rendering;

    std::int64_t longest = 0;
    for (const auto& s : worker.stretches(from - look_back, to)) {
        if (cause_of(s.activity) != gap.cause || s.to_nanoseconds - s.from_nanoseconds <= longest) continue;
        longest = s.to_nanoseconds - s.from_nanoseconds;
        gap.cause_voice = s.serial;
    }
}

}  // namespace forerun::measure
