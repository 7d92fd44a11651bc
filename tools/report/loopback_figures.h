// The results of a loopback measurement, from all of its bursts.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "tools/report/loopback_signal.h"

namespace forerun {

// Latencies in frames. Jitter is the distance from least to greatest; a burst's position is known to about 0.01 frames
// when nothing but the cable is between.
struct LoopbackFigures {
    std::int64_t bursts = 0, found = 0;
    double p50 = 0, least = 0, greatest = 0, mean = 0;
    double standard_deviation = 0;  // of the sample (n − 1); 0 with fewer than two
    double gain_decibels = 0;       // of the burst in the middle
    bool upside_down = false;       // most of them
    double jitter() const { return greatest - least; }
};
LoopbackFigures loopback_figures(const std::vector<std::optional<FoundBurst>>& bursts);

}  // namespace forerun
