// Figures as JSON: six digits, which is more than any interval here justifies and less than two C libraries disagree about;
// null for unknown.
#pragma once

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <cstdlib>

#include "tools/measure/statistics/estimate.h"

namespace forerun::measure {

inline nlohmann::ordered_json json_of(double figure) {
    if (!std::isfinite(figure)) return nullptr;
    return std::strtod(fmt::format("{:.6g}", figure).c_str(), nullptr);
}
inline nlohmann::ordered_json json_of(const Estimate& e) {
    return {{"value", json_of(e.value)}, {"low", json_of(e.low)}, {"high", json_of(e.high)}};
}

}  // namespace forerun::measure
