// The figures of one point from its runs: an entry of "points" in report.json (docs/measure.md has the fields).
#pragma once

#include <nlohmann/json.hpp>

#include <cstdint>
#include <string>
#include <vector>

#include "tools/measure/statistics/measured_point.h"

namespace forerun::measure {

// At least one run. The same runs and seed give the same bytes, whatever other points there are.
// With a single run, its tenths stand for runs in the rate of incidents and its dispersion; shares have no bounds then.
nlohmann::ordered_json point_figures(const MeasuredPoint& point, std::uint64_t seed);

// points.csv: a line per point, from what point_figures() made: parameters first, then figures, `_low` and `_high` beside
// each. What a point does not have is left empty.
std::string points_csv(const std::vector<nlohmann::ordered_json>& points);

}  // namespace forerun::measure
