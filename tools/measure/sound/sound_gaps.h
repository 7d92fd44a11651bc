// Dropouts found in a recording of a sound that is known to go on: held voices, of whatever system. The same eyes for all.
//
// What a dropout is here, and how it is told from a chord of saws, which has steps and moments near zero of its own:
//   silent    at least 8 samples in a row below a ten-thousandth of the sound's level (RMS)
//   repeated  a period that is, bit for bit, the one before: no sound of voices that beat is
//   lost      frames that no recording has: a cycle of the server's that was left out
//   step      the first sample of a period is not what the sound before it foretells: more than twice what the middle of
//             periods, where no splice is, does in 95 of 100 parts of the recording. Sound was left out there, or one
//             voice of many fell silent; how much is missing cannot be told. One that happens to land close to where it left is missed
// A stretch that is several of these is one gap. A voice of many that fades out between the edges is not found.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace forerun::measure {

struct SoundGap {
    enum class Kind { silent, repeated, lost, step };
    Kind kind = Kind::silent;  // of its beginning
    std::int64_t frame = 0;    // from the beginning of the recording
    std::int64_t frames = 0;   // 1 for a step
    bool operator==(const SoundGap&) const = default;
};
std::string_view name_of(SoundGap::Kind kind);

// Mono samples, the first one that of a period; not a number where frames were lost. In the order of their frames.
std::vector<SoundGap> sound_gaps(std::span<const float> samples, std::int64_t period_frames);

// Root mean square of what was recorded, without what is not a number; 0 of nothing.
double level_of(std::span<const float> samples);

}  // namespace forerun::measure
