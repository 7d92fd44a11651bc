// One voice as its worker sees it: the script's instance, the timeline it writes, its events, and copies of its state.
//
// A WorkedVoice goes through: waiting (start message received) → begun (instance taken, start() called) → published (the
// mixer may take its ring) → ended (script done, failed or stopped) → released (mixer, then worker). A rewind (rewinder.h)
// leads back from ended, too.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "script-runtime/host/lua_host.h"
#include "script-runtime/host/sounding_voice.h"
#include "script-runtime/worker/back_off.h"
#include "script-runtime/worker/checkpoints.h"
#include "script-runtime/worker/cost_watch.h"
#include "shared/messages/voice_message.h"
#include "shared/time/musical_time.h"
#include "shared/time/quantum.h"
#include "shared/timeline/replayed_timeline.h"
#include "shared/timeline/voice_line.h"
#include "shared/timeline/voice_ring.h"
#include "shared/timeline/voice_word.h"

namespace forerun {

// A voice that is new, was skipped or rewound, or was just given more depth, may be shallow this long without losing quality.
constexpr std::int64_t quality_exempt_frames = 9600;

// What a replay has told a voice (replayed_timelines.h); in a session nothing.
struct ToldInReplay {
    std::optional<ReplayedTimeline> timeline;  // to be rendered when all its messages are there
    std::vector<VoiceMessage> messages;
    // Of the present timeline, in voice frames
    std::int64_t hold_frame = INT64_MAX;  // where it was left
    std::int64_t fail_frame = INT64_MAX;  // where the script failed
    bool may_end = true;                  // false: another one follows
};

struct WorkedVoice : SoundingVoice {
    Instance* leaving = nullptr;       // of the version before, from which it fades since fade_frame
    std::int64_t fade_frame = 0;       // voice frame
    std::vector<Instance*> instances;  // all that play, or that a checkpoint goes back to
    const Checkpoint* kept = nullptr;  // a state that a rewind under way may have to put back
    RingWriter writer;  // of the timeline that is written now; it is at `position`, but for a rewind under way
    std::int64_t seam_frame = 0;          // voice frame from which the present timeline is valid
    std::int64_t stop_frame = INT64_MAX;  // voice frame behind which nothing will be heard, had the mixer known in time
    std::int64_t last_frame = INT64_MAX;  // the same, should it learn of the stop in its next block
    std::int64_t exempt_until_frame = 0;  // engine frame until which a shallow ring does not lower the quality
    std::int64_t quality_changed_frame = 0;  // voice frame
    MusicalTime first_time;                  // at its start

    // Who reads it: the mixer alone.
    std::uint8_t readers = 1u << mixer_reader;

    // The timeline that was published last, the ring beside it, and the lane that may still be read from.
    std::uint16_t ring = 0;
    std::uint16_t other_ring = 0;
    std::uint8_t lane = 0;
    std::uint8_t playing_lane = 0;
    std::uint32_t timeline = 0;   // number of the timeline that is written now
    std::uint32_t timelines = 1;  // begun so far

    std::vector<VoiceMessage> overdue;  // in the part that is rendered already: a rewind is due
    ToldInReplay told;
    Checkpoints checkpoints;
    double rewind_rate = 0;          // rewinds per second at rewound_clock
    std::int64_t depth_frames = 0;   // how far it is rendered ahead at present
    std::int64_t rewound_clock = 0;  // engine frame of the newest rewind
    BackOff back_off;                // after it ran dry
    CostWatch cost;
    std::int64_t release_nanoseconds = 0;     // what its release took
    std::int64_t keep_low_until_frame = 0;    // engine frame until which its quality does not rise again
    std::int64_t live_until_frame = 0;        // engine frame until which it is rendered no further than it must
    std::int64_t floor_from_nanoseconds = 0;  // when it was; 0: its floor has been reached

    bool begun = false;
    bool published = false;
    bool ended = false;
    bool failed = false;     // its script did: what it has rendered is played, and nothing can change it
    bool silenced = false;   // was reported once
    bool rewindable = true;  // until its script's state cannot be copied

    // Engine frame up to which audio exists: the least of all voices is the neediest.
    std::int64_t rendered_until() const { return start_frame + (begun ? position : 0); }
    bool wants_more() const {
        return !ended && (begun ? position < std::min(last_frame, told.hold_frame) : told.hold_frame > 0);
    }

    // What rendering changes, but for the script's own state, which is in a Checkpoint. A rewind that comes to nothing puts
    // both back.
    struct Progress {
        SoundingVoice sounding;
        bool ended, failed;
    };
    Progress progress() const { return {*this, ended, failed}; }
    void restore(Progress before) {
        static_cast<SoundingVoice&>(*this) = std::move(before.sounding);
        ended = before.ended;
        failed = before.failed;
    }
    // Takes `messages` in, and sees everything from a voice frame on as not yet applied.
    void go_back_to(std::int64_t frame, const std::vector<VoiceMessage>& messages) {
        position = frame;
        applied = 0;
        ended = false;
        for (const auto& message : messages) add_event(message);
        while (applied < events.size() && frame_of(events[applied]) < frame) ++applied;
    }
    // Time moves on without the state. What was to happen in between happens there: a copy of the state that is made there
    // does not hold it.
    void skip_to(std::int64_t frame) {
        position = frame;
        for (auto i = applied; i < events.size(); ++i) events[i].frame = std::max(events[i].frame, start_frame + frame);
    }
    void forget_events_before(std::int64_t frame) {
        std::size_t old = 0;
        while (old < applied && frame_of(events[old]) < frame) ++old;
        events.erase(events.begin(), events.begin() + static_cast<std::ptrdiff_t>(old));
        applied -= old;
    }

    // A note of no length is heard all the same: its release comes later than it was sent.
    void keep_audible(VoiceMessage& message, double rate_hz) const {
        const auto length = static_cast<double>(frame_of(message));
        if (message.kind != VoiceMessageKind::release || length >= no_length_seconds * rate_hz) return;
        message.frame = start_frame + std::llround(least_note_seconds * rate_hz);
        message.arrival_nanoseconds = 0;  // moved on purpose: no figure of response
    }

    AttachedReaders attached() const { return {note.generation, readers}; }
    // The word of the timeline that was published last.
    VoiceWord word(WordState state) const { return {state, lane, ring, note.generation, seam_frame}; }

    std::int64_t earliest_overdue() const { return std::ranges::min(overdue, {}, &VoiceMessage::frame).frame; }

    // The lane that neither a reader reads from nor the present timeline has.
    std::uint8_t free_lane() const {
        std::uint8_t free = 0;
        while (free == lane || free == playing_lane) ++free;
        return free;
    }
};

}  // namespace forerun
