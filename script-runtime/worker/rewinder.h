// Rewinds a voice when an event lands in rendered audio, and skips time where a ring ran dry: both publish another timeline.
//
//   event at E < rendered ──> overdue ──rewind()──> copy of the state put back, rendered again into another ring from the seam
//                                                   on, published as soon as the mixer can play two blocks of it
//
// The word's state decides where the new timeline is built:
//   taken and acknowledged    in the voice's other ring; the word goes taken → published
//   taken, not acknowledged   nowhere yet: a reader may still read the other ring. Events wait and share the next rewind
//   published, not taken      in the worker's spare ring, from the earlier of both seams on; the word goes published →
//                             published, and the displaced ring is the spare. If the mixer takes the old one first, the new one
//                             is discarded and the events wait for the acknowledgement
// A published timeline is never withdrawn, so an event that was published in time takes effect in time.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "script-runtime/host/lua_host.h"
#include "script-runtime/worker/activity_line.h"
#include "script-runtime/worker/scheduler.h"
#include "script-runtime/worker/timeline_build.h"
#include "script-runtime/worker/voice_service.h"
#include "script-runtime/worker/worked_voice.h"
#include "shared/worker_side.h"

namespace forerun {

// Belongs to the worker's thread.
class Rewinder {
public:
    using Voices = std::vector<std::unique_ptr<WorkedVoice>>;

    // voices: all of the share.
    Rewinder(const WorkerSide& state, WorkerLine& line, const Voices& voices, LuaHost& host, ActivityLine& activity,
             VoiceService& service, Scheduler& scheduler)
        : state_(state),
          line_(line),
          voices_(voices),
          host_(host),
          activity_(activity),
          service_(service),
          scheduler_(scheduler) {}

    // For what is overdue. False: nothing was done, since the mixer has not come so far.
    bool rewind(WorkedVoice& voice, std::int64_t clock, std::int64_t limit);
    // Where the mixer ran dry on this timeline: time moves on, the state does not. The voice comes back on its other ring, on
    // its grid, as early as the mixer can still take it on time, or later (back_off.h). When the clock overtakes what was
    // published before it was taken, the same is done again.
    void skip_if_dry(WorkedVoice& voice, std::int64_t clock);

private:
    struct Answer {
        std::int64_t seam_frame = INT64_MAX;
        std::int64_t arrival_nanoseconds = 0;  // of the oldest event; 0: of none
    };
    bool is_possible(WorkedVoice& voice, bool replaces, std::int64_t clock);
    Answer answer_to_overdue(WorkedVoice& voice, bool replaces);
    // Renders up to the seam for the state alone, then until the mixer can take the timeline, and on towards `limit` as long
    // as the old ring is safe to play and the others that wait can. False: the script failed.
    bool render_again(WorkedVoice& voice, RingWriter& writer, std::int64_t first_written, std::int64_t limit);
    bool render_one_again(WorkedVoice& voice, std::int64_t first_written);

    const WorkerSide& state_;
    WorkerLine& line_;
    const Voices& voices_;
    LuaHost& host_;
    ActivityLine& activity_;
    VoiceService& service_;
    Scheduler& scheduler_;
};

}  // namespace forerun
