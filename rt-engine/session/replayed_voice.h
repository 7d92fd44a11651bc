// One voice of a recorded session, reconstructed from the log: the timelines that a replay sends to its worker.
//
// A switch that was in time needs no rewind in a replay, since a voice that knows its events in advance sounds the same. So a
// generation is reduced to a few stretches: a new one begins only where the mixer switched late or came back from an underrun.
//
// `as_intended` removes late switches and underruns: every change takes effect at its own frame, and a timeline that ran dry
// continues until the voice came back. Decisions stay, such as the state that a skip left behind: there the new timeline
// follows the old one without a fade. A voice that was stopped because it ran dry also ends here.
#pragma once

#include <cstdint>
#include <vector>

#include "rt-engine/session/session_log_file.h"
#include "shared/timeline/replayed_timeline.h"

namespace forerun {

enum class ReplayKind : std::uint8_t { as_heard, as_intended };

struct ReplayedStretch {
    std::vector<ReplayedTimeline> timelines;          // one, or several skips of which the last was taken
    std::vector<std::vector<VoiceMessage>> messages;  // of each
    std::int64_t block_frame =
        0;  // sent right before the block that holds this frame; a first one that began in time: 0, one never taken: never
    std::int64_t seam_frame = 0;
    std::int64_t old_written_to = 0;           // the stretch before has been written so far, at least
    std::int64_t dry_block_frame = INT64_MAX;  // the block in which it ran dry
};

struct ReplayedVoice {
    VoiceMessage start;
    std::uint32_t worker = 0;
    std::int64_t posted_frame = 0;  // the clock when it was posted
    std::vector<float> parameters;
    std::vector<ReplayedStretch> stretches;  // at least one
};

struct ReplayedCommand {
    MixerCommand command;
    std::int64_t taken_frame = INT64_MAX;  // first frame of the block before which the mixer takes it, if it does
};

struct ReplayedBlocks {
    std::int64_t frame = 0;
    std::int64_t frames = 0;
};

// A change of a voice that took effect after its own frame. Frames [seam, heard) and the fade had the old sound.
struct RecordedLateSwitch {
    std::uint64_t voice = 0;  // its serial
    std::int64_t seam_frame = 0, heard_frame = 0;
};

// Where a ring ran dry after it had sounded.
struct RecordedUnderrun {
    std::uint64_t voice = 0;
    std::int64_t frame = 0;                // the first that was not there
    std::int64_t heard_frame = INT64_MAX;  // the voice came back; never: until its end or the session's
};

struct RecordedSession {
    std::vector<ReplayedVoice> voices;  // in the order of their starts
    std::vector<ReplayedCommand> commands;
    std::vector<ReplayedBlocks> blocks;
    std::int64_t frames = 0;  // known to be complete so far
    std::int64_t most_late_frames = 0;
    std::int64_t most_skipped_frames = 0;  // as intended: how far a timeline goes on that a skip went back in
    std::vector<RecordedLateSwitch> late;  // by voice, as the next
    std::vector<RecordedUnderrun> dry;
    std::uint64_t events = 0, late_switches = 0, underruns = 0;
    bool lost = false;

    explicit RecordedSession(const std::vector<LogRecord>& records, ReplayKind kind = ReplayKind::as_heard);
};

}  // namespace forerun
