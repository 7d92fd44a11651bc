// Incidents per hour, with the interval that the data allow.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "tools/measure/statistics/dispersion.h"
#include "tools/measure/statistics/estimate.h"

namespace forerun::measure {

// Bounds of the mean of a Poisson count, 95 %, exact (F. Garwood, Biometrika 28, 1936).
struct CountBounds {
    double low = 0, high = 0;
};
CountBounds poisson_bounds(std::uint64_t count);

struct Rate {
    Estimate per_hour;
    std::string_view method;               // one of those below
    std::optional<Dispersion> dispersion;  // of the runs that were given
};
inline constexpr std::string_view by_bootstrap = "cluster bootstrap";
inline constexpr std::string_view by_poisson = "Poisson";
inline constexpr std::string_view none_seen = "none seen";
inline constexpr std::string_view untested = "untested";  // one run alone: no bounds

// All incidents over all seconds of the runs.
// - None seen in T hours: 0, at most 3/T (95 %, one-sided: J. A. Hanley, A. Lippman-Hand, JAMA 249, 1983).
// - Dispersion above 1 is not rejected: the exact Poisson bounds.
// - Rejected: the cluster bootstrap over runs.
// Coverage by simulation, counts of mean 10 per run: 95 to 97 % for a Poisson process; for three, five and twelve runs 91,
// 91 and 94 % where the variance is twice the mean, 85, 88 and 93 % where it is six times the mean.
// Runs may also be stretches of one run, where there is only one. At least one; seconds > 0.
Rate rate_of(const std::vector<RunCount>& runs, std::uint64_t seed, std::string_view figure);

}  // namespace forerun::measure
