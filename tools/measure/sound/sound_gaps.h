// Finds dropouts in a recording of held voices, with the same criteria for every system.
//
// Criteria, which a chord of saws with its own steps and zero crossings does not meet:
//   silent    at least 8 samples in a row below a ten-thousandth of the sound's level (RMS)
//   repeated  a period that equals the one before bit for bit, which does not occur with beating voices
//   lost      frames missing from the recording: a skipped cycle of the server
//   step      the first sample of a period has a prediction residual of more than twice what the middles of periods, which have
//             no splices, reach in 95 % of the recording. Sound was left out there, or one voice of many fell silent; the length
//             is unknown. A splice that lands near the previous level is missed
// Overlapping findings are one gap. A voice of many that fades out within a period is not found.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace forerun::measure {

struct SoundGap {
    enum class Kind { silent, repeated, lost, step };
    Kind kind = Kind::silent;  // at its beginning
    std::int64_t frame = 0;    // from the beginning of the recording
    std::int64_t frames = 0;   // 1 for a step
    bool operator==(const SoundGap&) const = default;
};
std::string_view name_of(SoundGap::Kind kind);

// Mono samples, starting with a period; NaN where frames were lost. Ordered by frame.
std::vector<SoundGap> sound_gaps(std::span<const float> samples, std::int64_t period_frames);

// Root mean square of the recording without NaN; 0 if empty.
double level_of(std::span<const float> samples);

}  // namespace forerun::measure
