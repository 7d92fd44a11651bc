// Compares two results: the figures of the points that both have.
#pragma once

#include <string>

#include "tools/measure/record/result_folder.h"

namespace forerun::measure {

// A line per point that both have, and per figure: a's value with its interval, b's, and whether the intervals lie apart.
// Intervals of different results are not paired: a difference is reported only where it is clear. Throws BadInput when no point is
// in both.
std::string comparison_text(const ResultFolder& a, const ResultFolder& b);

}  // namespace forerun::measure
