// The weights by which the mixer fades: raised cosines, as tables, so that fading costs a multiplication.
//
// Position i of n fades out with out(i) = (1 + cos(π (i + 1) / n)) / 2 and in with 1 − out(i): the frame before the fade has
// weight 1 (0), its last frame 0 (1), and a crossfade's two weights sum to 1. The steepest step is π / (2 n) of the sample:
// over 64 frames less than the steps of a full-scale sine of 265 Hz at 48 kHz.
#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numbers>

#include "shared/time/quantum.h"

namespace forerun {

template <std::int64_t frames>
class FadeShape {
public:
    FadeShape() {
        for (std::size_t i = 0; i < out_.size(); ++i) {
            const double phase = std::numbers::pi * static_cast<double>(i + 1) / static_cast<double>(frames);
            out_[i] = static_cast<float>(0.5 * (1.0 + std::cos(phase)));
            in_[i] = 1.0f - out_[i];
        }
    }

    const float* out() const { return out_.data(); }
    const float* in() const { return in_.data(); }

private:
    alignas(64) std::array<float, static_cast<std::size_t>(frames)> out_;
    alignas(64) std::array<float, static_cast<std::size_t>(frames)> in_;
};

struct FadeShapes {
    FadeShape<fade_frames> underrun;
    FadeShape<stop_fade_frames> stop;
};

}  // namespace forerun
