// The effect of changing one parameter, everything else being equal: "differences" in report.json.
#pragma once

#include <nlohmann/json.hpp>

#include <cstdint>
#include <string>
#include <vector>

#include "tools/measure/statistics/measured_point.h"

namespace forerun::measure {

// For every two points that differ in exactly one of the factors: b - a of response_ms p99, incidents_per_hour and
// cpu_share, paired within repeats, with the ratio b/a where all are positive. Of a number's values only neighbours are
// compared, of words (mode, stressor) any two; `a` is the smaller number, or the word that comes first in the points.
//
// What has no interval is left out: fewer than two repeats in common, or incidents in neither point.
// `factors`: the parameters that vary. An array, the same bytes for the same runs and seed.
nlohmann::ordered_json point_differences(const std::vector<MeasuredPoint>& points,
                                         const std::vector<std::string>& factors, std::uint64_t seed);

// differences.csv: factor,a,b,measure,value,low,high,ratio,ratio_low,ratio_high,pairs, and a column per other factor.
std::string differences_csv(const nlohmann::ordered_json& differences, const std::vector<std::string>& factors);

}  // namespace forerun::measure
