// What was heard against what was meant: whether the gaps that were counted are those of the sound.
//
// Two signals of one session: the recorded output, and its rendering without underruns and late switches
// (ReplayKind::as_meant). Outside of what was counted or logged they are the same, sample for sample; so every frame that
// differs is somebody's, or it is a finding. Lengths are compared within what a gap explains: what is heard beyond that is
// unexplained.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "tools/measure/plan/parameters.h"

namespace forerun::measure {

// Frames are counted from the signals' first one; what lies outside of them counts as far as it lies inside.
struct CountedGap {
    std::int64_t frame = 0, frames = 0;  // invented
    std::int64_t fade_out_frames = 0;    // of what was still there, right before
    bool comes_back = true;              // with a fade; else the voice ended there
};
// Frames [from, to) in which the sound may differ for another reason, its fades included.
struct ExplainedFrames {
    std::int64_t from = 0, to = 0;
};

struct SoundEvidence {
    // Stretches of frames that differ; nearer than a fade they are one.
    struct Stretch {
        std::int64_t from = 0, to = 0;
        bool of_gap = false, of_late_switch = false;
    };
    std::int64_t frames = 0;  // compared
    std::vector<Stretch> stretches;
    std::int64_t differing_frames = 0;
    std::int64_t unexplained_frames = 0;        // differ, and nothing counted or logged lies there
    std::int64_t first_unexplained_frame = -1;  // -1: none
    std::size_t incidents = 0;                  // counted gaps that overlap, with their fades, are one
    std::size_t incidents_heard = 0;            // those in which a frame differs
    // Of incidents that are heard and that no late switch touches: frames from the first to the last that differs, less the
    // frames counted, fades included. Below 0: shorter to the ear.
    std::vector<std::int64_t> length_errors;
    // The largest step between two samples in a stretch, and in the rest of the sound.
    double largest_step = 0, usual_step = 0;
    // How far the sound is from what was meant in the frames of a fade behind everything that was explained.
    double splice_error = 0;
};

// Both interleaved, of the same length; channels > 0. `elsewhere`: gaps that lie partly or wholly outside of what was counted.
SoundEvidence sound_evidence(std::span<const float> heard, std::span<const float> meant, std::uint32_t channels,
                             const std::vector<CountedGap>& gaps, const std::vector<ExplainedFrames>& late_switches,
                             const std::vector<ExplainedFrames>& elsewhere = {});

// "evidence" of cell.json (docs/measure.md has the fields).
Json json_of(const SoundEvidence& evidence);

}  // namespace forerun::measure
