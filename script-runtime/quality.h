// Which quality level a voice should have, from how full its ring is: down when it runs low, up when it is full again, with
// hysteresis between, one level at a time.
#pragma once

#include <algorithm>
#include <cstdint>

#include "shared/configuration.h"

namespace forerun {

inline constexpr int full_quality = 2;

struct QualityThresholds {
    std::int64_t down_frames = 0;    // below this fill one level less
    std::int64_t up_frames = 0;      // above this fill one level more
    std::int64_t settle_frames = 0;  // rendered between two changes, so that a change can show its effect

    static QualityThresholds of(const Configuration& c, std::int64_t depth_frames) {
        const auto depth = static_cast<double>(depth_frames);
        return {static_cast<std::int64_t>(c.quality_down * depth), static_cast<std::int64_t>(c.quality_up * depth),
                std::clamp<std::int64_t>(depth_frames / 8, 256, 4096)};
    }

    // The level for a voice that has `level` now. frames_since_change: rendered by the voice since its last change.
    int next(int level, std::int64_t fill_frames, std::int64_t frames_since_change) const {
        if (frames_since_change < settle_frames) return level;
        if (fill_frames < down_frames) return std::max(0, level - 1);
        if (fill_frames > up_frames) return std::min(full_quality, level + 1);
        return level;
    }
};

}  // namespace forerun
