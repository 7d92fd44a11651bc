// A distribution's summary: count, median, tail, maximum.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <cstdint>

#include "shared/metrics/distribution.h"

namespace forerun {

struct Percentiles {
    std::uint64_t count = 0;
    double p50 = 0, p99 = 0, p999 = 0, max = 0;
};

// Values are multiplied by `scale`.
Percentiles percentiles_of(const Distribution& distribution, double scale);
nlohmann::ordered_json json_of(const Percentiles& percentiles);

}  // namespace forerun
