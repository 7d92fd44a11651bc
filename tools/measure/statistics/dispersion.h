// Tests whether incidents come independently, at one rate in all runs: only then is a Poisson interval valid.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "tools/measure/plan/draws.h"

namespace forerun::measure {

// What one run saw. Seconds > 0.
struct RunCount {
    double seconds = 0;
    std::uint64_t incidents = 0;
};

// index: variance over mean of the runs' counts; 1 for a Poisson process, more where incidents come in bouts or runs
// differ. p: how often a Poisson process with as many incidents is at least as uneven. One-sided: counts that are more
// even than chance make a Poisson interval too wide, which is safe.
struct Dispersion {
    double index = 1;
    double p = 1;
};
inline constexpr double rejected_below = 0.2;

// Fisher's index of dispersion (R. A. Fisher, H. G. Thornton, W. A. Mackenzie, Annals of Applied Biology 9, 1922; D. R.
// Cox, P. A. W. Lewis: The Statistical Analysis of Series of Events, 1966, section 6.3). With the total given, counts of a
// Poisson process are multinomial with the runs' seconds as weights, so p is found by drawing from that (exact for small
// counts, where the chi-squared table is not); from 1000 incidents on by the chi-squared tail.
// Nothing with fewer than two runs or no incident.
//
// Three runs show little: counts twice as uneven as Poisson are found out in two experiments of five, by twelve runs in four
// of five.
std::optional<Dispersion> dispersion_of(const std::vector<RunCount>& runs, Draws draws);

}  // namespace forerun::measure
