// Decibels and linear gains.
#pragma once

#include <cmath>

namespace forerun {

inline float linear_gain(double db) { return static_cast<float>(std::pow(10.0, db / 20.0)); }

}  // namespace forerun
