// What the parts of a share keep of each voice, by who keeps it. Frames are voice frames where nothing else is said.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "shared/messages/voice_message.h"
#include "shared/time/musical_time.h"
#include "shared/timeline/replayed_timeline.h"

namespace forerun {

class Instance;     // script-runtime/host/instance.h
struct Checkpoint;  // script-runtime/host/checkpoint.h

// VoicePlayer: the instances of its script. More than one after a reload, from which it fades.
struct VoiceInstances {
    std::vector<Instance*> all;        // that play, or that a checkpoint goes back to
    Instance* leaving = nullptr;       // of the version before, from which it fades since fade_frame
    std::int64_t fade_frame = 0;       // voice frame
    const Checkpoint* kept = nullptr;  // a state that a rewind under way may have to put back
    MusicalTime first_time;            // at its start: what an instance of a new version begins with, too
};

// WorkerDepth and who looks for the floor: how far it is rendered ahead, and how often it had to be rendered again.
struct VoiceDepth {
    std::int64_t frames = 0;                  // how far it is rendered ahead at present
    double rewind_rate = 0;                   // rewinds per second at rewound_clock
    std::int64_t rewound_clock = 0;           // engine frame of the newest rewind
    std::int64_t live_until_frame = 0;        // engine frame until which it is rendered no further than it must
    std::int64_t floor_from_nanoseconds = 0;  // when it was; 0: its floor has been reached
};

// QualityControl: until when its quality stays as it is, whatever its ring holds.
struct QualityTimes {
    std::int64_t exempt_until_frame = 0;    // engine frame until which a shallow ring does not lower the quality
    std::int64_t changed_frame = 0;         // voice frame
    std::int64_t keep_low_until_frame = 0;  // engine frame until which its quality does not rise again
};

// EngineShare: what a stop leaves to be rendered.
struct VoiceStopFrames {
    std::int64_t frame = INT64_MAX;       // voice frame behind which nothing will be heard, had the mixer known in time
    std::int64_t last_frame = INT64_MAX;  // the same, should it learn of the stop in its next block
};

// What a replay has told a voice (replayed_timelines.h); in a session nothing.
struct VoiceReplay {
    std::optional<ReplayedTimeline> timeline;  // to be rendered when all its messages are there
    std::vector<VoiceMessage> messages;
    // Of the present timeline, in voice frames
    std::int64_t hold_frame = INT64_MAX;  // where it was left
    std::int64_t fail_frame = INT64_MAX;  // where the script failed
    bool may_end = true;                  // false: another one follows
};

}  // namespace forerun
