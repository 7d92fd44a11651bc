// A voice's samples on their way from the ring to the bus: straight where nothing fades, through the shaping planes else.
//
// Both ways compute the same operations for a sample that no fade touches, so where the border between them lies (which
// depends on the blocks) is not heard.
#include <algorithm>

#include "rt-engine/mixer/mix_kernels.h"
#include "rt-engine/mixer/mixed_voice.h"

namespace forerun {
namespace {

// Weighs the part of samples [first, last) that lies in the fade [start, start + length).
void fade(float* samples, std::int64_t first, std::int64_t last, std::int64_t start, std::int64_t length,
          const float* weights) {
    if (start >= last || start + length <= first) return;
    const std::int64_t from = std::max(first, start);
    kernels::weigh(samples + (from - first), weights + (from - start), std::min(last, start + length) - from);
}

}  // namespace

void MixedVoice::add_plain(const VoiceBlock& block) {
    const RingReader& ring = reader_.ring();
    const std::uint32_t second = reader_.channels() - 1;
    for (std::int64_t frame = block.from; frame < block.to;) {
        const std::int64_t position = frame - reader_.start_frame();
        const std::int64_t frames = std::min(block.to - frame, ring.contiguous(position));
        const float* left = ring.samples(0, position);
        const float* right = ring.samples(second, position);
        add_with_gain(block, frame, frames, left, right);
        frame += frames;
        held_[0] = left[frames - 1];
        held_[1] = right[frames - 1];
    }
}

void MixedVoice::add_shaped(const VoiceBlock& block, std::int64_t first, std::int64_t last, std::int64_t written_to,
                            const VoiceTools& tools) {
    const std::int64_t crossfade_frame = reader_.crossfade_frame();
    for (std::uint32_t c = 0; c < reader_.channels(); ++c) {
        float* const samples = tools.shaped[c];
        const auto at = [&](std::int64_t frame) { return samples + (frame - first); };

        // What the rings hold, then the last sample held.
        const std::int64_t there = reader_.copy(c, first, last, written_to, samples);
        std::fill(at(there), at(last), there > first ? *at(there - 1) : held_[c]);
        held_[c] = *at(last - 1);

        if (crossfade_frame != never && first < crossfade_frame + fade_frames) {
            float* const old = tools.replaced[c];
            const std::int64_t end = std::min(last, crossfade_frame + fade_frames);
            const std::int64_t old_there = reader_.copy_old(c, first, end, old);
            std::fill(old + (old_there - first), old + (end - first),
                      old_there > first ? old[old_there - first - 1] : old_held_[c]);
            old_held_[c] = old[end - first - 1];
            const std::int64_t offset = first - crossfade_frame;
            kernels::crossfade(samples, old, tools.fades.underrun.in() + offset, tools.fades.underrun.out() + offset,
                               end - first);
        }
        if (fade_in_frame_ != never) fade(samples, first, last, fade_in_frame_, fade_frames, tools.fades.underrun.in());
        if (fade_out_frame_ != never)
            fade(samples, first, last, fade_out_frame_, fade_frames, tools.fades.underrun.out());
        if (stop_frame_ != never) fade(samples, first, last, stop_frame_, stop_fade_frames, tools.fades.stop.out());
    }
    add_with_gain(block, first, last - first, tools.shaped[0], tools.shaped[reader_.channels() - 1]);
}

void MixedVoice::add_piece(float* to_left, float* to_right, std::int64_t frame, std::int64_t frames, const float* left,
                           const float* right) const {
    if (!gain_.ramping(frame)) {
        kernels::add_stereo(to_left, to_right, left, right, gain_.target(), frames);
    } else {
        kernels::add_stereo_ramp(to_left, to_right, left, right, gain_.ramp_from(), gain_.target(),
                                 gain_.ramp_position(frame), frames);
    }
}

void MixedVoice::add_with_gain(const VoiceBlock& block, std::int64_t frame, std::int64_t frames, const float* left,
                               const float* right) {
    while (frames > 0) {
        const std::int64_t piece = gain_.next_piece(frame, frames);
        const std::int64_t at = frame - block.from;
        add_piece(block.left + at, block.right + at, frame, piece, left, right);
        if (block.stem.left != nullptr)
            add_piece(block.stem.left + at, block.stem.right + at, frame, piece, left, right);
        frame += piece;
        frames -= piece;
        left += piece;
        right += piece;
    }
}

}  // namespace forerun
