// Runs with known true figures, for tests of intervals.
#pragma once

#include <cmath>
#include <cstdint>
#include <vector>

#include "tools/measure/plan/draws.h"
#include "tools/measure/record/gap.h"
#include "tools/measure/statistics/dispersion.h"

namespace forerun::measure {

inline Gap gap(std::uint64_t voice, std::int64_t frame, std::int64_t frames, Cause cause = Cause::rendering) {
    Gap g;
    g.voice = voice;
    g.frame = frame;
    g.frames = frames;
    g.cause = cause;
    return g;
}

inline double exponential(Draws& draws) { return -std::log(1 - draws.fraction()); }

// A Poisson count: how many exponential intervals fit.
inline std::uint64_t poisson_count(double mean, Draws& draws) {
    std::uint64_t count = 0;
    for (double at = exponential(draws); at < mean; at += exponential(draws)) ++count;
    return count;
}

// Runs of an hour each. `uneven`: the rate of every run is itself drawn, exponentially around the mean, so that the
// variance of counts is mean·(1 + mean).
inline std::vector<RunCount> generated_runs(int runs, double mean, bool uneven, Draws& draws) {
    std::vector<RunCount> counts;
    for (int i = 0; i < runs; ++i)
        counts.push_back({3600, poisson_count(uneven ? mean * exponential(draws) : mean, draws)});
    return counts;
}

}  // namespace forerun::measure
