// The quality level for a voice's fill: lowered when its ring runs low, raised when it is full again, with hysteresis, one
// level at a time.
#pragma once

#include <algorithm>
#include <cstdint>

#include "shared/configuration.h"

namespace forerun {

inline constexpr int full_quality = 2;

struct QualityThresholds {
    double down = 0;                 // below this part of its depth one level less
    double up = 0;                   // above this part one level more
    std::int64_t settle_frames = 0;  // rendered between two changes, so that a change can show its effect

    static QualityThresholds of(const Configuration& c, std::int64_t depth_frames) {
        return {c.quality_down, c.quality_up, std::clamp<std::int64_t>(depth_frames / 8, 256, 4096)};
    }

    bool is_full(std::int64_t fill_frames, std::int64_t depth_frames) const {
        return static_cast<double>(fill_frames) > up * static_cast<double>(depth_frames);
    }

    // The level for a voice that has `level` now. depth_frames: its present target, however small: a voice that is
    // kept shallow is not running low. frames_since_change: rendered by the voice since its last change.
    int next(int level, std::int64_t fill_frames, std::int64_t depth_frames, std::int64_t frames_since_change) const {
        if (frames_since_change < settle_frames) return level;
        if (is_full(fill_frames, depth_frames)) return std::min(full_quality, level + 1);
        const bool is_low = static_cast<double>(fill_frames) < down * static_cast<double>(depth_frames);
        return is_low ? std::max(0, level - 1) : level;
    }
};

}  // namespace forerun
