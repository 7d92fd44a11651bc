// Linear prediction of a steady sound: its residual is small, except at discontinuities.
//
// Autocorrelation method and Levinson's recursion (J. Makhoul, Proceedings of the IEEE 63, 1975).
// Best for sounds whose upper octaves are weak, as those of low-passed voices are.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace forerun::measure {

class LinearPrediction {
public:
    static constexpr std::int64_t order = 24;

    // Fits the predictor to a part of the sound, at least some thousand samples.
    explicit LinearPrediction(std::span<const float> samples);

    // Sample n minus its prediction from the `order` samples before it; n >= order.
    double residual(std::span<const float> samples, std::int64_t n) const;

private:
    std::vector<double> coefficients_;  // for the sample 1, 2, ... frames before
};

}  // namespace forerun::measure
