// A voice's timelines as their writer knows them: the one that was published last, and where the next one may be built.
//
// What readers see of them is in SharedState (shared/timeline/voice_line.h). TimelineBuild changes these, all together when a
// timeline is published; others only look.
#pragma once

#include <cstdint>

#include "shared/timeline/voice_line.h"
#include "shared/timeline/voice_ring.h"

namespace forerun {

struct VoiceTimelines {
    RingWriter writer;  // of the timeline that is written now; it is at `position`, but for a rewind under way
    std::int64_t seam_frame = 0;  // voice frame from which the present timeline is valid
    bool published = false;       // the first was: a reader may have taken it

    // Who reads it: the mixer alone.
    std::uint8_t readers = 1u << mixer_reader;

    // The timeline that was published last, the ring beside it, and the lane that may still be read from.
    std::uint16_t ring = 0;
    std::uint16_t other_ring = 0;
    std::uint8_t lane = 0;
    std::uint8_t playing_lane = 0;
    std::uint32_t number = 0;  // of the timeline that is written now
    std::uint32_t begun = 1;   // so far

    // The lane that neither a reader reads from nor the present timeline has.
    std::uint8_t free_lane() const {
        std::uint8_t free = 0;
        while (free == lane || free == playing_lane) ++free;
        return free;
    }
};

}  // namespace forerun
