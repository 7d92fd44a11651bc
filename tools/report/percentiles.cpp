#include "tools/report/percentiles.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

namespace forerun {

Percentiles percentiles_of(const std::vector<const Histogram*>& histograms, double scale) {
    Percentiles p;
    for (const auto* h : histograms) {
        p.count += h->count();
        p.max = std::max(p.max, static_cast<double>(h->max()) * scale);
    }
    const auto value_at = [&](double q) {
        const auto rank = static_cast<std::uint64_t>(std::ceil(q * static_cast<double>(p.count)));
        std::uint64_t seen = 0;
        for (int b = 0; b < Histogram::bucket_count && p.count > 0; ++b) {
            for (const auto* h : histograms) seen += h->in_bucket(b);
            if (seen >= rank) return std::min(static_cast<double>(Histogram::upper_edge(b)) * scale, p.max);
        }
        return p.max;
    };
    p.p50 = value_at(0.5);
    p.p99 = value_at(0.99);
    p.p999 = value_at(0.999);
    return p;
}

nlohmann::ordered_json json_of(const Percentiles& p) {
    return {{"count", p.count}, {"p50", p.p50}, {"p99", p.p99}, {"p99_9", p.p999}, {"max", p.max}};
}

}  // namespace forerun
