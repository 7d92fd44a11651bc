// Decibels, linear gains, and panning.
#pragma once

#include <algorithm>
#include <cmath>
#include <numbers>

namespace forerun {

inline float linear_gain(double db) { return static_cast<float>(std::pow(10.0, db / 20.0)); }

struct StereoGains {
    float left = 1;
    float right = 1;
};

// Equal-power pan: left² + right² stays the same from −1 (left) over 0 (both at −3 dB) to 1 (right).
inline StereoGains pan_gains(double gain, double pan) {
    const double angle = (std::min(1.0, std::max(-1.0, pan)) + 1) * std::numbers::pi / 4;
    return {static_cast<float>(gain * std::cos(angle)), static_cast<float>(gain * std::sin(angle))};
}

}  // namespace forerun
