// One voice in its worker: the script's instance, the timeline it writes, its events, and copies of its state. What
// each part of the share keeps of it is a struct of its own (voice_parts.h, voice_timelines.h).
//
// A WorkedVoice goes through: waiting (start message received) → begun (instance taken, start() called) → published (the
// mixer may take its ring) → ended (script done, failed or stopped) → released (mixer, then worker). A rewind (rewinder.h)
// leads back from ended, too.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>
#include <vector>

#include "script-runtime/host/sounding_voice.h"
#include "script-runtime/worker/back_off.h"
#include "script-runtime/worker/checkpoints.h"
#include "script-runtime/worker/cost_watch.h"
#include "script-runtime/worker/voice_parts.h"
#include "script-runtime/worker/voice_timelines.h"
#include "shared/messages/voice_message.h"
#include "shared/timeline/voice_line.h"
#include "shared/timeline/voice_word.h"

namespace forerun {

// A voice that is new, was skipped or rewound, or was just given more depth, may be shallow this long without losing quality.
constexpr std::int64_t quality_exempt_frames = 9600;

struct WorkedVoice : SoundingVoice {
    VoiceInstances instances;
    VoiceTimelines timeline;
    VoiceStopFrames stop;
    VoiceDepth depth;
    QualityTimes quality_times;

    std::vector<VoiceMessage> overdue;  // in the part that is rendered already: a rewind is due
    VoiceReplay replay;
    Checkpoints checkpoints;
    BackOff back_off;  // after it ran dry
    CostWatch cost;

    bool begun = false;
    bool ended = false;
    bool failed = false;     // its script did: what it has rendered is played, and nothing can change it
    bool silenced = false;   // was reported once
    bool rewindable = true;  // until its script's state cannot be copied

    // Engine frame up to which audio exists: the least of all voices is the neediest.
    std::int64_t rendered_until() const { return start_frame + (begun ? position : 0); }
    bool wants_more() const {
        return !ended && (begun ? position < std::min(stop.last_frame, replay.hold_frame) : replay.hold_frame > 0);
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

    // Makes a zero-length note audible: its release is moved to a later frame.
    void keep_audible(VoiceMessage& message, double rate_hz) const {
        const auto length = static_cast<double>(frame_of(message));
        if (message.kind != VoiceMessageKind::release || length >= no_length_seconds * rate_hz) return;
        message.frame = start_frame + std::llround(least_note_seconds * rate_hz);
        message.arrival_nanoseconds = 0;  // moved on purpose: no figure of response
    }

    AttachedReaders attached() const { return {note.generation, timeline.readers}; }
    // The word of the timeline that was published last.
    VoiceWord word(WordState state) const {
        return {state, timeline.lane, timeline.ring, note.generation, timeline.seam_frame};
    }

    std::int64_t earliest_overdue() const { return std::ranges::min(overdue, {}, &VoiceMessage::frame).frame; }
};

}  // namespace forerun
