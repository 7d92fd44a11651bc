// How much of a steady sound cannot be foretold from what was before: little, until something breaks it.
//
// Linear prediction by the autocorrelation method and Levinson's recursion (J. Makhoul, Proceedings of the IEEE 63, 1975).
// Best for sounds whose upper octaves are weak, as those of low-passed voices are.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace forerun::measure {

class LinearPrediction {
public:
    static constexpr std::int64_t order = 24;

    // Learns from a stretch of the sound, some thousand samples or more.
    explicit LinearPrediction(std::span<const float> samples);

    // What sample n is more than was foretold from the `order` samples before it; n must be order or more.
    double surprise(std::span<const float> samples, std::int64_t n) const;

private:
    std::vector<double> weights_;  // of the sample 1, 2, ... frames before
};

}  // namespace forerun::measure
