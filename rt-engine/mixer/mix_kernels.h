// The mixer's inner loops: no branch, no state, one pass over contiguous samples.
//
// Every element is computed by the same operations in the same order whatever the vector width (no fused multiply-add, no
// reordered sums), so the result never depends on the CPU or on how a block was cut. On x86-64 an AVX2 copy of each is
// chosen when the program is loaded. Spans must not overlap. [any thread]
#pragma once

#include <cstdint>

#include "rt-engine/mixer/grid_gain.h"

namespace forerun::kernels {

// left += gain.left × x_left, right += gain.right × x_right. Both x may be one (a mono voice).
void add_stereo(float* left, float* right, const float* x_left, const float* x_right, GridGain::Pair gain,
                std::int64_t frames);

// The same for several voices in one pass, in their order: the bits are those of one call after the other.
inline constexpr int batch_voices = 4;
struct Batch {
    const float* x_left[batch_voices];
    const float* x_right[batch_voices];
    GridGain::Pair gain[batch_voices];
};
void add_batch(float* left, float* right, const Batch& voices, std::int64_t frames);

// The same inside a gain ramp, of which the first frame has position `position` (0..63). Both x may be one.
void add_stereo_ramp(float* left, float* right, const float* x_left, const float* x_right, GridGain::Pair from,
                     GridGain::Pair to, std::int64_t position, std::int64_t frames);

// x ×= gain; x ×= ramp.
void scale(float* x, float gain, std::int64_t frames);
void scale_ramp(float* x, float from, float to, std::int64_t position, std::int64_t frames);

// x += y; out += (x + y) / 2.
void add(float* x, const float* y, std::int64_t frames);
void add_half_sum(float* out, const float* x, const float* y, std::int64_t frames);

// x ×= weights; x = x × in + y × out.
void weigh(float* x, const float* weights, std::int64_t frames);
void crossfade(float* x, const float* y, const float* in, const float* out, std::int64_t frames);

// Replaces NaN and infinity by 0 and returns how many there were; raises `peak` to the largest |x|.
std::int64_t silence_non_finite(float* x, std::int64_t frames, float& peak);

// Peak and sum of squares, in lanes, so that a block need not add them up. (For display: their order is not defined.)
struct Levels {
    static constexpr std::int64_t lanes = 16;
    float peaks[lanes] = {};
    float squares[lanes] = {};
};
void measure(const float* x, std::int64_t frames, Levels& levels);

}  // namespace forerun::kernels
