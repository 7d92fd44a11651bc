// A figure and its 95 % confidence interval.
#pragma once

#include <limits>

namespace forerun::measure {

// What is not known is not a number: the bounds of a figure that was seen once, the value of one that was never seen.
// JSON and CSV leave its place empty, so that nobody takes it for a narrow interval.
inline constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

struct Estimate {
    double value = unknown, low = unknown, high = unknown;
};

}  // namespace forerun::measure
