// One voice of a recorded session: what it was told, and what was heard of it, put together from the log.
//
// What was heard in time needs no rewind in a replay, since a voice that knows its events sounds the same. So the timelines
// of a life come down to a few stretches: a new one begins only where the mixer switched late or came back from a hole.
#pragma once

#include <cstdint>
#include <vector>

#include "rt-engine/session_log_file.h"
#include "shared/replayed_timeline.h"

namespace forerun {

struct ReplayedStretch {
    std::vector<ReplayedTimeline> told;               // one, or several skips of which the last was heard
    std::vector<std::vector<VoiceMessage>> messages;  // of each
    std::int64_t block_frame =
        0;  // told right before this block; of a first one that began in time: 0, of one never heard: never
    std::int64_t seam_frame = 0;
    std::int64_t old_written_to = 0;           // the stretch before has been written so far, at least
    std::int64_t dry_block_frame = INT64_MAX;  // the block in which it ran dry
};

struct ReplayedLife {
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

struct RecordedSession {
    std::vector<ReplayedLife> lives;  // in the order of their starts
    std::vector<ReplayedCommand> commands;
    std::vector<ReplayedBlocks> blocks;
    std::int64_t frames = 0;  // known to be complete so far
    std::int64_t most_late_frames = 0;
    std::uint64_t events = 0, late_switches = 0, holes = 0;
    bool lost = false;

    explicit RecordedSession(const std::vector<LogRecord>& records);
};

}  // namespace forerun
