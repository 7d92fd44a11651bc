#include "tools/measure/statistics/survival.h"

#include <algorithm>
#include <cstddef>

namespace forerun::measure {

std::vector<SurvivalStep> survival_of(std::vector<Watched> runs) {
    if (runs.empty()) return {};
    std::sort(runs.begin(), runs.end(), [](const Watched& a, const Watched& b) { return a.seconds < b.seconds; });
    std::vector<SurvivalStep> steps{{0, 1}};
    double share = 1;
    for (std::size_t i = 0; i < runs.size();) {
        const auto still_watched = runs.size() - i;
        const double seconds = runs[i].seconds;
        std::size_t failed = 0;
        for (; i < runs.size() && runs[i].seconds == seconds; ++i) failed += runs[i].incident ? 1 : 0;
        if (failed == 0) continue;
        share *= static_cast<double>(still_watched - failed) / static_cast<double>(still_watched);
        steps.push_back({seconds, share});
    }
    if (steps.back().seconds < runs.back().seconds) steps.push_back({runs.back().seconds, share});
    return steps;
}

}  // namespace forerun::measure
