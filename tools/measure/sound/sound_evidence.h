// Compares the recorded output of a session with the intended sound: checks that the counted gaps are those of the sound.
//
// The intended sound is the session's rendering without underruns and late switches (ReplayKind::as_intended). Where nothing was
// counted or logged, both are equal sample for sample, so that every differing frame belongs to a gap or a late switch, or is
// unexplained. Lengths are compared within the frames that a gap explains.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "tools/measure/plan/parameters.h"

namespace forerun::measure {

// Frames are counted from the signals' first one; gaps are clipped to the signals.
struct CountedGap {
    std::int64_t frame = 0, frames = 0;  // invented
    std::int64_t fade_out_frames = 0;    // of the remaining audio, right before
    bool comes_back = true;              // with a fade-in; else the voice ended there
};
// Frames [from, to) in which the sound may differ for another reason, its fades included.
struct ExplainedFrames {
    std::int64_t from = 0, to = 0;
};

struct SoundEvidence {
    // A stretch of frames that differ; those nearer than a fade are joined.
    struct Stretch {
        std::int64_t from = 0, to = 0;
        bool of_gap = false, of_late_switch = false;
    };
    std::int64_t frames = 0;  // compared
    std::vector<Stretch> stretches;
    std::int64_t differing_frames = 0;
    std::int64_t unexplained_frames = 0;        // that differ without a counted or logged reason
    std::int64_t first_unexplained_frame = -1;  // -1: none
    std::size_t incidents = 0;                  // counted gaps that overlap, with their fades, are one
    std::size_t incidents_heard = 0;            // those in which a frame differs
    // Of audible incidents without a late switch: frames from the first to the last difference, minus the counted frames, fades
    // included. Below 0: shorter than counted.
    std::vector<std::int64_t> length_errors;
    // The largest step between two samples in a stretch, and in the rest of the sound.
    double largest_step = 0, usual_step = 0;
    // Largest difference within a fade's length after each explained stretch.
    double splice_error = 0;
};

// Both interleaved, of the same length; channels > 0. `elsewhere`: gaps partly or entirely outside the counted time.
SoundEvidence sound_evidence(std::span<const float> heard, std::span<const float> intended, std::uint32_t channels,
                             const std::vector<CountedGap>& gaps, const std::vector<ExplainedFrames>& late_switches,
                             const std::vector<ExplainedFrames>& elsewhere = {});

// "evidence" of cell.json (docs/measure.md has the fields).
Json json_of(const SoundEvidence& evidence);

}  // namespace forerun::measure
