// How far apart a voice's copies are. Close copies cost time themselves, far ones cost what a rewind repeats: half the
// distance on average. With R quanta played and r rewinds per second, each taking back D quanta, c what a copy and q what a
// quantum takes, the time per second
//
//   (R + r D) c / S  +  r q S / 2    is least at    S = sqrt(2 (R / r + D) c / q)
//
// A voice that is left alone has no more copies than their share of its rendering allows; one that is taken back often may
// pay more for them than that, since it repeats less.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "shared/time/quantum.h"

namespace forerun {

inline constexpr double idle_checkpoint_share = 0.025;  // of rendering; 3 % with what else they bring
inline constexpr std::int64_t least_checkpoint_spacing_frames = 4 * quantum_frames;
inline constexpr std::int64_t most_checkpoint_spacing_frames = 512 * quantum_frames;

// `copy_quanta`: what a copy takes, in quanta.
inline std::int64_t checkpoint_spacing_frames(double copy_quanta, double rewinds_per_second, std::int64_t depth_frames,
                                              double rate_hz) {
    const double depth_quanta = static_cast<double>(depth_frames) / quantum_frames;
    const double quanta_per_rewind = rate_hz / quantum_frames / std::max(rewinds_per_second, 1e-6);
    const double quanta =
        std::min(std::sqrt(2 * (quanta_per_rewind + depth_quanta) * copy_quanta), copy_quanta / idle_checkpoint_share);
    return std::clamp(std::int64_t{std::lround(quanta)} * quantum_frames, least_checkpoint_spacing_frames,
                      most_checkpoint_spacing_frames);
}

}  // namespace forerun
