// The safety limiter at the end of the mixer: what leaves it is finite and never above the threshold.
//
// Linked over all channels. Attack is instant: a frame whose peak p exceeds the threshold T is multiplied by T / p, and the
// gain g recovers towards 1 by g ← 1 − (1 − g) r, r = exp(−1 / (0.1 s × rate)), a time constant of 100 ms. At g = 1 and
// p ≤ T samples pass with their bits unchanged. It is a fuse, not an effect: no look-ahead, so what it catches is audibly
// flattened. NaN and infinity become 0. State depends on frames alone, never on blocks.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "rt-engine/mixer/mix_kernels.h"

namespace forerun {

class Limiter {
public:
    static constexpr float threshold = 0.966f;  // −0.3 dBFS
    static constexpr double release_seconds = 0.1;

    explicit Limiter(double rate_hz) : remaining_(static_cast<float>(std::exp(-1.0 / (release_seconds * rate_hz)))) {}

    struct Outcome {
        std::int64_t limited_frames = 0;      // frames that were turned down
        std::int64_t non_finite_samples = 0;  // replaced by 0
    };

    // [audio thread] In place; `channels` planes of `frames` samples, `stride` samples apart.
    Outcome process(float* samples, std::uint32_t channels, std::int64_t stride, std::int64_t frames) noexcept {
        Outcome outcome;
        float peak = 0;
        for (std::uint32_t c = 0; c < channels; ++c)
            outcome.non_finite_samples += kernels::silence_non_finite(samples + c * stride, frames, peak);
        if (missing_ == 0.0f && peak <= threshold) return outcome;

        for (std::int64_t f = 0; f < frames; ++f) {
            missing_ *= remaining_;
            if (missing_ < inaudible) missing_ = 0;
            float frame_peak = 0;
            for (std::uint32_t c = 0; c < channels; ++c)
                frame_peak = std::max(frame_peak, std::fabs(samples[c * stride + f]));
            if (frame_peak * gain() > threshold) missing_ = 1.0f - threshold / frame_peak;
            if (missing_ == 0.0f) continue;
            ++outcome.limited_frames;
            for (std::uint32_t c = 0; c < channels; ++c) {
                float& x = samples[c * stride + f];
                x = std::clamp(x * gain(), -threshold, threshold);  // T / p rounds up now and then
            }
        }
        return outcome;
    }

    float gain() const { return 1.0f - missing_; }

private:
    // −100 dB: from there on the gain is 1, so that transparency comes back.
    static constexpr float inaudible = 1e-5f;

    float remaining_;    // of what is missing, after one frame
    float missing_ = 0;  // 1 − gain: kept instead of the gain, which is too coarse near 1 to get there
};

}  // namespace forerun
