// Intervals by resampling whole runs (the cluster bootstrap).
//
// Incidents, latencies and loads inside one run share a machine's mood, so runs, not observations, are what is drawn with
// replacement (A. C. Davison, D. V. Hinkley: Bootstrap Methods and their Application, 1997, section 3.8).
//
// With five runs or more the interval is the percentile interval (B. Efron, R. J. Tibshirani: An Introduction to the
// Bootstrap, 1993, chapter 13), not BCa: a rate stays above zero and a logarithm's interval is the interval's logarithm with
// both, but BCa takes its correction from leaving one run out at a time, which for percentiles is inconsistent (same book,
// 11.6) and for five to ten runs is mostly noise. What the percentile interval lacks with few runs is width, by the factor
// between the normal and Student's t; its levels are widened by that (T. C. Hesterberg: What Teachers Should Know About the
// Bootstrap, The American Statistician 69, 2015, "expanded percentile").
//
// Resamples of two to four runs cannot leave what was seen: lowest run to highest holds the true mean in one of two (two
// runs) or three of four experiments (three runs). There the interval is Student's t with the bootstrap's standard error
// (Hesterberg 2015, "t with bootstrap standard error"): as wide as so few runs deserve.
#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include "tools/measure/plan/draws.h"
#include "tools/measure/statistics/estimate.h"

namespace forerun::measure {

inline constexpr int resamples = 1999;  // (resamples + 1) · 2.5 % is whole (Davison and Hinkley, 2.4)
inline constexpr double outside = 0.05;
inline constexpr std::size_t runs_for_percentile_interval = 5;

// What the figure can be at all: bounds by Student's t are cut off there.
enum class Range { any, not_negative };

// The figures of one resample: times[i] says how often run i was drawn, the sum is the number of runs.
using FiguresOfRuns = std::function<std::vector<double>(const std::vector<int>& times)>;

// One Estimate for each figure; `value` from every run taken once. The bounds are unknown with fewer than two runs, and
// resamples that give no number (an empty ratio) are left out.
std::vector<Estimate> bootstrap_over_runs(std::size_t runs, Draws draws, Range range, const FiguresOfRuns& figures);

// One run's part in a ratio of sums, as in CPU seconds per second: sum of `above` over sum of `below`.
struct Share {
    double above = 0, below = 0;
};
// The ratio of sums, not the mean of ratios: a run that was cut short weighs less. Unknown where `below` sums to zero.
Estimate ratio_over_runs(const std::vector<Share>& runs, Draws draws, Range range = Range::not_negative);

}  // namespace forerun::measure
