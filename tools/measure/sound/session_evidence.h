// Compares the recorded output of a session with its log, rendered as intended.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

#include "tools/measure/record/gap.h"
#include "tools/measure/sound/sound_evidence.h"

namespace forerun::measure {

struct RecordedOutput {
    std::int64_t first_frame = 0;    // engine frame of the first sample
    std::span<const float> samples;  // interleaved, in the session's channels
    std::vector<Gap> gaps;           // of voices; frames from first_frame on
};

struct SessionEvidence {
    SoundEvidence sound;
    std::size_t late_switches = 0;
    std::uint64_t limited_frames = 0;  // in which the limiter was active in the rendering
};

// For a session that has ended, up to the end of its log. Writes the log's scripts into `folder`, which must be empty. Takes as
// long as rendering. Throws BadInput and std::runtime_error like SessionReplay.
SessionEvidence evidence_of(const RecordedOutput& heard, const std::filesystem::path& log,
                            const std::filesystem::path& folder);

}  // namespace forerun::measure
