// Percentiles with intervals, of a histogram per run.
#pragma once

#include <span>
#include <vector>

#include "tools/measure/plan/draws.h"
#include "tools/measure/statistics/bucketed.h"
#include "tools/measure/statistics/estimate.h"

namespace forerun::measure {

// One Estimate per q (0 < q <= 1), of the runs' buckets taken together; unknown when all are empty.
//
// With several runs, runs are resampled (bootstrap.h). With one run there are only its observations; then the bounds are
// two of them, those whose ranks enclose the true percentile with 95 % whatever the distribution (W. J. Conover: Practical
// Nonparametric Statistics, section 3.2; H. A. David, H. N. Nagaraja: Order Statistics, 2003, 7.1). Resampling observations
// would come to nearly the same ranks, but misses the true p99 of 500 values in one of six experiments. Where there are too
// few observations for a bound (p99.9 of 500), it is unknown. Observations are taken for independent; latencies in bouts are
// not, so one run still gives bounds that are too narrow.
std::vector<Estimate> percentiles_of_runs(const std::vector<Buckets>& runs, std::span<const double> qs, Draws draws);

}  // namespace forerun::measure
