#include "tools/report/loopback_figures.h"

#include <algorithm>
#include <cmath>

namespace forerun {

LoopbackFigures loopback_figures(const std::vector<std::optional<FoundBurst>>& bursts) {
    LoopbackFigures f;
    f.bursts = std::ssize(bursts);
    std::vector<double> latencies, gains;
    std::int64_t turned = 0;
    for (const auto& burst : bursts) {
        if (!burst) continue;
        latencies.push_back(burst->latency_frames);
        gains.push_back(std::abs(burst->gain));
        turned += burst->gain < 0 ? 1 : 0;
    }
    f.found = std::ssize(latencies);
    if (latencies.empty()) return f;
    std::sort(latencies.begin(), latencies.end());
    std::sort(gains.begin(), gains.end());
    // Rank ceil(n/2), as every percentile here (shared/metrics/histogram.h).
    const auto middle = (latencies.size() - 1) / 2;
    f.p50 = latencies[middle];
    f.least = latencies.front();
    f.greatest = latencies.back();
    const double n = static_cast<double>(latencies.size());
    for (const double l : latencies) f.mean += l / n;
    double squares = 0;
    for (const double l : latencies) squares += (l - f.mean) * (l - f.mean);
    if (latencies.size() > 1) f.standard_deviation = std::sqrt(squares / (n - 1));
    f.gain_decibels = 20 * std::log10(gains[middle]);
    f.upside_down = 2 * turned > f.found;
    return f;
}

}  // namespace forerun
