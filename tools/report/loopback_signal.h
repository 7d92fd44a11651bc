// The signal of a loopback measurement, and how it is found again: pure functions of samples.
//
// A burst is a maximum-length sequence of 4095 chips of ±1 (S. W. Golomb, Shift Register Sequences, 1967; x^12 + x^6 + x^4 + x + 1),
// smoothed by a Gaussian of 1.5 frames. Its autocorrelation is a Gaussian of 1.5·sqrt(2) frames, side lobes 25 dB below: so a
// converter's filters change little of it (most of its energy lies below 0.09 of the rate), and a parabola through the
// logarithms of the peak and its two neighbours finds the peak between the frames exactly (J. O. Smith, Spectral Audio Signal
// Processing, "Quadratic Interpolation of Spectral Peaks"). Correlating gains 36 dB against noise, so that it may be played softly.
//
// Bursts come at irregular intervals: a lag that fits one of them fits no other, unless it is the right one. So the lag may
// be longer than the intervals.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace forerun {

inline constexpr std::int64_t burst_frames = 4095 + 16;  // the sequence and the smoothing's two ends
inline constexpr double burst_level = 0.25;              // of its chips, before smoothing: −12 dB

// One burst, `burst_frames` samples.
std::vector<float> loopback_burst();

// First frames of all bursts that fit into so many frames and leave `room_frames` after the last; 12000 to 20000 frames
// apart, the same for the same seed.
std::vector<std::int64_t> burst_starts(std::int64_t frames, std::int64_t room_frames, std::uint64_t seed);

struct FoundBurst {
    double latency_frames = 0;
    double gain = 0;  // of what came back against what was played; below 0: upside down
};

// For each start, where its burst came back first, in frames after it was played; empty: it did not come back. `recording`
// and the starts count the same frames. Lags from 0 to most_frames. A way back that is up to 6 dB louder and comes later (an
// echo, or a second cable) does not hide the first.
std::vector<std::optional<FoundBurst>> find_bursts(std::span<const float> recording,
                                                   std::span<const std::int64_t> starts, std::int64_t most_frames);

}  // namespace forerun
