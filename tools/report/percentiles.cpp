#include "tools/report/percentiles.h"

#include <nlohmann/json.hpp>

namespace forerun {

Percentiles percentiles_of(const Distribution& distribution, double scale) {
    const auto scaled = [scale](std::uint64_t value) { return static_cast<double>(value) * scale; };
    return {distribution.count(), scaled(distribution.percentile(0.5)), scaled(distribution.percentile(0.99)),
            scaled(distribution.percentile(0.999)), scaled(distribution.max())};
}

nlohmann::ordered_json json_of(const Percentiles& p) {
    return {{"count", p.count}, {"p50", p.p50}, {"p99", p.p99}, {"p999", p.p999}, {"max", p.max}};
}

}  // namespace forerun
