// The evidence of a session: its recorded output against its log, rendered as it was meant.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

#include "tools/measure/record/gap.h"
#include "tools/measure/sound/sound_evidence.h"

namespace forerun::measure {

struct HeardSession {
    std::int64_t first_frame = 0;    // engine frame of the first sample
    std::span<const float> samples;  // interleaved, in the session's channels
    std::vector<Gap> gaps;           // of voices; frames from first_frame on
};

struct SessionEvidence {
    SoundEvidence sound;
    std::size_t late_switches = 0;
    std::uint64_t limited_frames = 0;  // that the limiter turned down in the rendering
};

// The session has ended and its log is written. `folder` is empty: the scripts of the log are put there. As far as the log
// is complete. Takes as long as rendering does. Throws BadInput, std::runtime_error: what SessionReplay says.
SessionEvidence evidence_of(const HeardSession& heard, const std::filesystem::path& log,
                            const std::filesystem::path& folder);

}  // namespace forerun::measure
