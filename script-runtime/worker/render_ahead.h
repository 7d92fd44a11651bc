// How far a worker renders its voices ahead: the amounts that follow from a configuration, in frames.
//
//   clock ├─ publish ─┤            a new timeline is given to the mixer with this much in it: two blocks and a fade
//         ├── floor ───┤           what a rewound voice has before anybody gets more (20 ms)
//         ├────── safe ──────┤     what it has while there is time at all: six floors outlast most stalls
//         ├───────────── depth ─────────────┤   what a voice that is left alone has
//                             ├─ refill ────┤   how far a full ring is played before it is filled again
//
// None is more than the depth.
#pragma once

#include <algorithm>
#include <cstdint>

#include "shared/configuration.h"
#include "shared/time/quantum.h"

namespace forerun {

struct RenderAhead {
    static constexpr int quanta_per_visit = 16;  // of a voice; then messages and other voices are looked at again

    std::int64_t depth_frames = 0;
    std::int64_t refill_frames = 0;
    std::int64_t publish_frames = 0;
    std::int64_t floor_frames = 0;
    std::int64_t safe_frames = 0;

    static RenderAhead of(const Configuration& c, std::int64_t depth_frames) {
        RenderAhead ahead;
        ahead.depth_frames = depth_frames;
        ahead.refill_frames = std::clamp<std::int64_t>(depth_frames / 8 / quantum_frames * quantum_frames,
                                                       quantum_frames, quanta_per_visit * quantum_frames);
        // Offline there is no hurry for the first sound.
        ahead.publish_frames = c.offline ? quantum_frames : on_grid(2 * c.block_frames + fade_frames);
        const auto wanted_floor = on_grid(static_cast<std::int64_t>(c.floor_seconds * c.rate_hz));
        ahead.floor_frames = std::min(depth_frames, std::max(wanted_floor, least_depth_frames(c.block_frames)));
        ahead.safe_frames = std::min(depth_frames, 6 * ahead.floor_frames);
        return ahead;
    }
};

}  // namespace forerun
