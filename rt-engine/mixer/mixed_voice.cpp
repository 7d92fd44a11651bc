// A voice in the mixer: from its start command to the moment when the mixer gives it back.
#include "rt-engine/mixer/mixed_voice.h"

#include <algorithm>

namespace forerun {

void MixedVoice::start(const MixerCommand& command, const SharedState& state) {
    *this = MixedVoice{};
    stays_ = command.stays;
    generation_ = command.generation;
    bus_ = command.bus;
    slot_ = command.slot;
    serial_ = command.serial;
    line_ = &state.voice(command.slot);
    mixer_line_ = &state.mixer_voice(command.slot);
    start_frame_ = command.frame;
    gain_ = GridGain(command.left, command.right);
    underrun_.worker = command.worker;
    underrun_.slot = command.slot;
    underrun_.instrument = command.instrument;
}

void MixedVoice::stop(std::int64_t frame, std::int64_t now) {
    if (stop_frame_ < now) return;  // fades already
    stop_frame_ = std::min(stop_frame_, std::max(frame, now));
}

bool MixedVoice::mix(const VoiceBlock& block, const VoiceTools& tools) {
    if (state_ == State::waiting) {
        if (start_frame_ < block.to) take_first(block, tools);
        // A voice that is stopped before its first frame is never heard.
        const bool unheard = state_ == State::waiting || stop_frame_ <= sounds_from_;
        if (unheard && stop_frame_ < block.to) {
            release(std::max(stop_frame_, block.from), tools);
            return false;
        }
    } else if (state_ == State::playing) {
        const bool crossfades = crossfade_frame_ != never && block.from < crossfade_frame_ + fade_frames;
        if (!crossfades && offered()) take_seam(block, tools);
    } else if (state_ == State::dry && block.from >= fade_out_frame_ + fade_frames) {
        take_skip(block, tools);
    }

    // One value decides about the whole block: what is written later counts in the next one.
    std::int64_t written_to = block.from;
    if (state_ == State::playing) {
        const WrittenFrames written = ring_.written();
        written_to = start_frame_ + written.frames;
        if (written_to < std::min(block.to, finish_frame())) {
            if (written.ended) {
                state_ = State::ending;
                fade_out_frame_ = std::max(written_to, block.from);
            } else {
                run_dry(written_to, block, tools);
            }
        }
    }
    const std::int64_t finish = finish_frame();

    if (state_ == State::playing && block.from >= plain_from_ && stop_frame_ >= block.to) {
        add_plain(block);
    } else if (state_ != State::waiting) {
        const std::int64_t faded_out = fade_out_frame_ == never ? never : fade_out_frame_ + fade_frames;
        const std::int64_t first = std::max(block.from, sounds_from_);
        const std::int64_t last = std::min({block.to, finish, faded_out});
        if (first < last) add_shaped(block, first, last, written_to, tools);
    }
    gain_.finish_block();
    if (acknowledgement_due_ && block.from >= old_ring_until()) acknowledge();

    if (finish > block.to) return true;
    release(std::max(finish, block.from), tools);
    return false;
}

std::int64_t MixedVoice::finish_frame() const {
    std::int64_t finish = stop_frame_ == never ? never : stop_frame_ + stop_fade_frames;
    if (state_ == State::ending || (state_ == State::dry && !stays_))
        finish = std::min(finish, fade_out_frame_ + fade_frames);
    return finish;
}

void MixedVoice::run_dry(std::int64_t written_to, const VoiceBlock& block, const VoiceTools& tools) {
    state_ = State::dry;
    // Over the last frames that are there, as far as this block holds them, then over the held last one.
    fade_out_frame_ = std::max({block.from, sounds_from_, written_to - fade_frames});
    underrun_.serial = serial_;
    underrun_.frame = std::max(block.from, written_to);
    underrun_.frames_missing = 0;
    underrun_.fill_before = std::max<std::int64_t>(0, written_to - block.from);
    underrun_.late_start = false;
    tools.log.discovered(underrun_);
    tools.log.ran_dry(slot_, generation_, block.from, written_to);
    // Release: pairs with the worker's acquire. The rest of the old ring is still read in this block, so the worker's skip
    // goes to another ring and waits for its acknowledgement like any timeline.
    if (stays_) mixer_line_->dry_generation_plus_one.store(generation_ + 1u, std::memory_order_release);
}

void MixedVoice::release(std::int64_t frame, const VoiceTools& tools) {
    if (underrun_.serial != 0 && state_ != State::waiting) {
        underrun_.frames_missing = std::max<std::int64_t>(1, frame - underrun_.frame);
        underrun_.stopped = !stays_;
        tools.log.underrun(underrun_, generation_);
    }
    mixer_line_->dry_generation_plus_one.store(0, std::memory_order_relaxed);
    // The next generation's worker must not take this generation's acknowledgement for its own; ordered by the release below.
    mixer_line_->acknowledged_timeline.store(-1, std::memory_order_relaxed);
    // Release: pairs with the acquire by which worker and conductor find the generation given back; our reads lie before it.
    mixer_line_->released_generation_plus_one.store(generation_ + 1u, std::memory_order_release);
    tools.log.finished(slot_, generation_, frame);
}

void MixedVoice::end_underrun(std::int64_t frame, const VoiceTools& tools) {
    if (underrun_.serial == 0) return;
    if (state_ == State::waiting) {
        underrun_.frame = start_frame_;
        underrun_.fill_before = 0;
        underrun_.late_start = true;
    }
    underrun_.frames_missing = frame - underrun_.frame;
    if (underrun_.frames_missing > 0) tools.log.underrun(underrun_, generation_);
    underrun_.serial = 0;
}

bool MixedVoice::ready_until(std::int64_t until, std::int64_t now) const {
    if (state_ == State::dry || state_ == State::ending) return true;
    if (start_frame_ >= until) return true;
    if (state_ == State::waiting && stop_frame_ <= start_frame_) return true;
    const std::int64_t last = stop_frame_ == never ? until : std::min(until, stop_frame_ + stop_fade_frames);
    const auto offer = look();
    if (state_ == State::waiting) {
        if (!offer) return false;
        const std::int64_t needed = offer->seam_frame >= last ? offer->seam_frame : last;
        return offer->ended || offer->written_to >= needed;
    }
    const WrittenFrames written = ring_.written();
    const std::int64_t written_to = start_frame_ + written.frames;
    if (offer && offer->seam_frame < last) {
        const bool old_reaches_seam = written.ended || written_to >= std::max(now, offer->seam_frame);
        return old_reaches_seam && (offer->ended || offer->written_to >= last);
    }
    return written.ended || written_to >= last;
}

}  // namespace forerun
