// One voice as its worker sees it: the script's instance, the timeline it writes, and the events still ahead.
//
// A WorkedVoice goes through: waiting (start message received) → begun (instance taken, start() called) → published (the
// mixer may take its ring) → ended (script done, failed or stopped) → released (mixer, then worker).
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "script-runtime/lua_host.h"
#include "shared/event.h"
#include "shared/voice_ring.h"

namespace forerun {

struct WorkedVoice {
    VoiceMessage note;  // the start message
    Instance* instance = nullptr;
    RingWriter writer;  // of the timeline that is written now; its position is the next voice frame to render
    std::int64_t start_frame = 0;
    std::int64_t seam_frame = 0;             // voice frame from which the present timeline is valid
    std::int64_t stop_frame = INT64_MAX;     // voice frame behind which nothing will be heard
    std::int64_t exempt_until_frame = 0;     // engine frame until which a shallow ring does not lower the quality
    std::int64_t quality_changed_frame = 0;  // voice frame
    std::vector<VoiceMessage> events;        // ordered by frame, then arrival
    std::uint32_t channels = 1;
    int quality = 2;
    std::uint8_t lane = 0;
    bool second_ring = false;  // which of the slot's two rings is written
    bool begun = false;
    bool published = false;
    bool ended = false;
    bool silenced = false;  // was reported once

    // Engine frame up to which audio exists: the least of all voices is the neediest.
    std::int64_t rendered_until() const { return start_frame + (begun ? writer.position() : 0); }
    bool wants_more() const { return !ended && (!begun || writer.position() < stop_frame); }

    void add_event(const VoiceMessage& message) {
        const auto place = std::upper_bound(events.begin(), events.end(), message.frame,
                                            [](std::int64_t frame, const VoiceMessage& m) { return frame < m.frame; });
        events.insert(place, message);
    }
};

}  // namespace forerun
