// How long a run stays clean: the share of runs without an incident after so many seconds.
//
// Runs that end clean only say "longer than that" (they are censored), so shares are estimated by E. L. Kaplan, P. Meier,
// Journal of the American Statistical Association 53, 1958: at each time of an incident, the share falls by the fraction that
// failed of those still observed.
#pragma once

#include <vector>

namespace forerun::measure {

struct Watched {
    double seconds = 0;     // to the first incident, or to the run's end
    bool incident = false;  // false: the run ended clean
};
struct SurvivalStep {
    double seconds = 0;
    double share = 1;  // from `seconds` on, until the next step
};

// Begins with {0, 1}; a step per time with an incident; ends with {longest time watched, last share}, so that a plot knows
// how far the runs reach. A run that ends at the time of another's incident was still watched then. Empty for no runs.
std::vector<SurvivalStep> survival_of(std::vector<Watched> runs);

}  // namespace forerun::measure
