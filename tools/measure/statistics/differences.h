// Differences between two modes (or any two points), paired within repeats.
//
// Both points of a pair were measured in the same repeat, minutes apart on a machine that changes over hours; what the pair
// has in common falls out of its difference (the paired design: W. S. Gosset as "Student", Biometrika 6, 1908). Pairs are
// resampled, never the two sides on their own (Efron and Tibshirani 1993, 8.4).
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "tools/measure/plan/draws.h"
#include "tools/measure/statistics/estimate.h"

namespace forerun::measure {

struct Pair {
    double a = 0, b = 0;  // the same figure of two points, in one repeat
};

// Mean of b - a. Bounds are unknown with fewer than two pairs; all is unknown with none.
Estimate difference_of(const std::vector<Pair>& pairs, Draws draws);

// b / a as the exponential of the mean of log(b) - log(a), so that twice and half are equally far from 1.
// Nothing unless every value is positive.
std::optional<Estimate> ratio_of(const std::vector<Pair>& pairs, Draws draws);

}  // namespace forerun::measure
