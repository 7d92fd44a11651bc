#include "tools/measure/statistics/differences.h"

#include <algorithm>
#include <cmath>

#include "tools/measure/statistics/bootstrap.h"

namespace forerun::measure {

Estimate difference_of(const std::vector<Pair>& pairs, Draws draws) {
    std::vector<Share> parts;
    for (const auto& pair : pairs) parts.push_back({pair.b - pair.a, 1});
    return ratio_over_runs(parts, draws, Range::any);
}

std::optional<Estimate> ratio_of(const std::vector<Pair>& pairs, Draws draws) {
    const auto positive = [](const Pair& pair) { return pair.a > 0 && pair.b > 0; };
    if (pairs.empty() || !std::all_of(pairs.begin(), pairs.end(), positive)) return std::nullopt;
    std::vector<Share> parts;
    for (const auto& pair : pairs) parts.push_back({std::log(pair.b) - std::log(pair.a), 1});
    const auto logarithm = ratio_over_runs(parts, draws, Range::any);
    return Estimate{std::exp(logarithm.value), std::exp(logarithm.low), std::exp(logarithm.high)};
}

}  // namespace forerun::measure
