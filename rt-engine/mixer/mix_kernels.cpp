#include "rt-engine/mixer/mix_kernels.h"

#include <algorithm>
#include <bit>
#include <cmath>

#if defined(__has_feature)
#if __has_feature(thread_sanitizer) || __has_feature(address_sanitizer) || __has_feature(realtime_sanitizer)
#define FORERUN_SANITIZED
#endif
#endif
#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
#define FORERUN_SANITIZED
#endif

// The choice is an ifunc, which the loader resolves before a sanitizer's runtime is up: none in those builds.
#if defined(__x86_64__) && defined(__GLIBC__) && !defined(FORERUN_SANITIZED)
#define FORERUN_WIDEST __attribute__((target_clones("avx2", "default")))
#else
#define FORERUN_WIDEST
#endif

namespace forerun::kernels {
namespace {

constexpr float cell_fraction = 1.0f / static_cast<float>(grid_frames);

// A multiple of 1/64: exact in float.
inline float ramp_fraction(std::int32_t position) { return static_cast<float>(position + 1) * cell_fraction; }

}  // namespace

FORERUN_WIDEST void add_stereo(float* __restrict left, float* __restrict right, const float* x_left,
                               const float* x_right, GridGain::Pair gain, std::int64_t frames) {
    for (std::int64_t i = 0; i < frames; ++i) {
        left[i] += gain.left * x_left[i];
        right[i] += gain.right * x_right[i];
    }
}

FORERUN_WIDEST void add_batch(float* __restrict left, float* __restrict right, const Batch& voices,
                              std::int64_t frames) {
    const float* const l0 = voices.x_left[0];
    const float* const l1 = voices.x_left[1];
    const float* const l2 = voices.x_left[2];
    const float* const l3 = voices.x_left[3];
    const float* const r0 = voices.x_right[0];
    const float* const r1 = voices.x_right[1];
    const float* const r2 = voices.x_right[2];
    const float* const r3 = voices.x_right[3];
    const GridGain::Pair g0 = voices.gain[0], g1 = voices.gain[1], g2 = voices.gain[2], g3 = voices.gain[3];
    for (std::int64_t i = 0; i < frames; ++i) {
        left[i] = (((left[i] + g0.left * l0[i]) + g1.left * l1[i]) + g2.left * l2[i]) + g3.left * l3[i];
        right[i] = (((right[i] + g0.right * r0[i]) + g1.right * r1[i]) + g2.right * r2[i]) + g3.right * r3[i];
    }
}

FORERUN_WIDEST void add_stereo_ramp(float* __restrict left, float* __restrict right, const float* x_left,
                                    const float* x_right, GridGain::Pair from, GridGain::Pair to, std::int64_t position,
                                    std::int64_t frames) {
    const float rise_left = to.left - from.left;
    const float rise_right = to.right - from.right;
    for (std::int32_t i = 0; i < static_cast<std::int32_t>(frames); ++i) {
        const float fraction = ramp_fraction(static_cast<std::int32_t>(position) + i);
        left[i] += (from.left + rise_left * fraction) * x_left[i];
        right[i] += (from.right + rise_right * fraction) * x_right[i];
    }
}

FORERUN_WIDEST void scale(float* x, float gain, std::int64_t frames) {
    for (std::int64_t i = 0; i < frames; ++i) x[i] *= gain;
}

FORERUN_WIDEST void scale_ramp(float* x, float from, float to, std::int64_t position, std::int64_t frames) {
    const float rise = to - from;
    for (std::int32_t i = 0; i < static_cast<std::int32_t>(frames); ++i)
        x[i] *= from + rise * ramp_fraction(static_cast<std::int32_t>(position) + i);
}

FORERUN_WIDEST void add(float* __restrict x, const float* __restrict y, std::int64_t frames) {
    for (std::int64_t i = 0; i < frames; ++i) x[i] += y[i];
}

FORERUN_WIDEST void add_half_sum(float* __restrict out, const float* __restrict x, const float* __restrict y,
                                 std::int64_t frames) {
    for (std::int64_t i = 0; i < frames; ++i) out[i] += 0.5f * (x[i] + y[i]);
}

FORERUN_WIDEST void weigh(float* __restrict x, const float* __restrict weights, std::int64_t frames) {
    for (std::int64_t i = 0; i < frames; ++i) x[i] *= weights[i];
}

FORERUN_WIDEST void crossfade(float* __restrict x, const float* __restrict y, const float* __restrict in,
                              const float* __restrict out, std::int64_t frames) {
    for (std::int64_t i = 0; i < frames; ++i) x[i] = x[i] * in[i] + y[i] * out[i];
}

// In integers: |x| as bits orders like |x|, and infinity and NaN lie above every finite number.
FORERUN_WIDEST std::int64_t silence_non_finite(float* x, std::int64_t frames, float& peak) {
    constexpr std::int32_t largest_finite = 0x7f7fffff;
    std::int32_t largest = std::bit_cast<std::int32_t>(peak);
    std::int32_t silenced = 0;
    for (std::int64_t i = 0; i < frames; ++i) {
        const auto bits = std::bit_cast<std::int32_t>(x[i]);
        const std::int32_t magnitude = bits & 0x7fffffff;
        const bool finite = magnitude <= largest_finite;
        x[i] = std::bit_cast<float>(finite ? bits : 0);
        largest = std::max(largest, finite ? magnitude : 0);
        silenced += finite ? 0 : 1;
    }
    peak = std::bit_cast<float>(largest);
    return silenced;
}

FORERUN_WIDEST void measure(const float* __restrict x, std::int64_t frames, Levels& __restrict levels) {
    constexpr std::int64_t lanes = Levels::lanes;
    std::int64_t i = 0;
    for (; i + lanes <= frames; i += lanes) {
        for (std::int64_t j = 0; j < lanes; ++j) {
            const float y = std::fabs(x[i + j]);
            levels.peaks[j] = y > levels.peaks[j] ? y : levels.peaks[j];  // NaN never is
            levels.squares[j] += y * y;
        }
    }
    for (; i < frames; ++i) {
        const float y = std::fabs(x[i]);
        levels.peaks[0] = y > levels.peaks[0] ? y : levels.peaks[0];
        levels.squares[0] += y * y;
    }
}

}  // namespace forerun::kernels
