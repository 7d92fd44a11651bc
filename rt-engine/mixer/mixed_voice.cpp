// A voice in the mixer: from its start command to the moment when the mixer gives it back.
#include "rt-engine/mixer/mixed_voice.h"

#include <algorithm>

namespace forerun {

void MixedVoice::start(const MixerCommand& command, const MixerSide& state) {
    *this = MixedVoice{};
    reader_ = TimelineReader(state.timeline_lines(command.slot), command.generation, command.frame);
    bus_ = command.bus;
    stays_ = command.stays;
    serial_ = command.serial;
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
    if (reader_.state() == State::waiting) {
        if (reader_.start_frame() < block.to) take_first(block, tools);
        // A voice that is stopped before its first frame never sounds.
        const bool unheard = reader_.state() == State::waiting || stop_frame_ <= sounds_from_;
        if (unheard && stop_frame_ < block.to) {
            release(std::max(stop_frame_, block.from), tools);
            return false;
        }
    } else if (reader_.state() == State::reading) {
        if (reader_.offered()) take_seam(block, tools);
    } else if (reader_.state() == State::dry && block.from >= fade_out_frame_ + fade_frames) {
        take_skip(block, tools);
    }

    // One value decides about the whole block: what is written later counts in the next one.
    std::int64_t written_to = block.from;
    if (reader_.state() == State::reading) {
        const WrittenFrames written = reader_.ring().written();
        written_to = reader_.start_frame() + written.frames;
        if (written_to < std::min(block.to, finish_frame())) {
            if (written.ended) {
                reader_.end();
                fade_out_frame_ = std::max(written_to, block.from);
            } else {
                run_dry(written_to, block, tools);
            }
        }
    }
    const std::int64_t finish = finish_frame();

    if (reader_.state() == State::reading && block.from >= plain_from_ && stop_frame_ >= block.to) {
        add_plain(block);
    } else if (reader_.state() != State::waiting) {
        const std::int64_t faded_out = fade_out_frame_ == never ? never : fade_out_frame_ + fade_frames;
        const std::int64_t first = std::max(block.from, sounds_from_);
        const std::int64_t last = std::min({block.to, finish, faded_out});
        if (first < last) add_shaped(block, first, last, written_to, tools);
    }
    gain_.finish_block();
    reader_.acknowledge_from(block.from);

    if (finish > block.to) return true;
    release(std::max(finish, block.from), tools);
    return false;
}

std::int64_t MixedVoice::finish_frame() const {
    std::int64_t finish = stop_frame_ == never ? never : stop_frame_ + stop_fade_frames;
    if (reader_.state() == State::ending || (reader_.state() == State::dry && !stays_))
        finish = std::min(finish, fade_out_frame_ + fade_frames);
    return finish;
}

void MixedVoice::take_first(const VoiceBlock& block, const VoiceTools& tools) {
    const auto taken = reader_.take(block.from, block.to);
    // Due and not there: remember what the worker does now, since it will be busy with this voice when the ring comes.
    if ((!taken || taken->late()) && underrun_.serial == 0) {
        tools.log.awaited(underrun_);
        underrun_.serial = serial_;
    }
    if (!taken) return;
    tools.log.taken(underrun_.slot, generation(), taken->number, taken->heard_from, block.from, 0);
    tools.log.answered(taken->arrival_nanoseconds);
    sounds_from_ = plain_from_ = taken->heard_from;
    if (taken->late()) {
        fade_in_frame_ = block.from;
        plain_from_ = block.from + fade_frames;
        underrun_.frame = taken->seam_frame;
        underrun_.frames_missing = block.from - taken->seam_frame;
        underrun_.late_start = true;
        tools.log.underrun(underrun_, generation());
    }
    underrun_.serial = 0;
}

void MixedVoice::take_seam(const VoiceBlock& block, const VoiceTools& tools) {
    const auto taken = reader_.take(block.from, block.to);
    if (!taken) return;
    plain_from_ = std::max(plain_from_, taken->heard_from);  // it may still fade in
    tools.log.taken(underrun_.slot, generation(), taken->number, taken->heard_from, block.from, taken->old_written_to);
    tools.log.switched(underrun_.slot, generation(), serial_, taken->seam_frame, taken->heard_from,
                       taken->arrival_nanoseconds);
    if (!taken->late()) return;
    plain_from_ = block.from + fade_frames;
    std::copy_n(held_, 2, old_held_);
    std::fill_n(held_, 2, 0.0f);
}

void MixedVoice::take_skip(const VoiceBlock& block, const VoiceTools& tools) {
    const auto taken = reader_.take(block.from, block.to);
    if (!taken) return;
    tools.log.taken(underrun_.slot, generation(), taken->number, taken->heard_from, block.from, 0);
    sounds_from_ = fade_in_frame_ = taken->heard_from;
    plain_from_ = taken->heard_from + fade_frames;
    fade_out_frame_ = never;
    std::fill_n(held_, 2, 0.0f);
    underrun_.frames_missing = sounds_from_ - underrun_.frame;
    tools.log.underrun(underrun_, generation());
    underrun_.serial = 0;
}

void MixedVoice::run_dry(std::int64_t written_to, const VoiceBlock& block, const VoiceTools& tools) {
    // Over the last frames that are there, as far as this block holds them, then over the held last one.
    fade_out_frame_ = std::max({block.from, sounds_from_, written_to - fade_frames});
    underrun_.serial = serial_;
    underrun_.frame = std::max(block.from, written_to);
    underrun_.frames_missing = 0;
    underrun_.fill_before = std::max<std::int64_t>(0, written_to - block.from);
    underrun_.late_start = false;
    tools.log.discovered(underrun_);
    tools.log.ran_dry(underrun_.slot, generation(), block.from, written_to);
    reader_.run_dry(stays_);
}

void MixedVoice::release(std::int64_t frame, const VoiceTools& tools) {
    if (underrun_.serial != 0 && reader_.state() != State::waiting) {
        underrun_.frames_missing = std::max<std::int64_t>(1, frame - underrun_.frame);
        underrun_.stopped = !stays_;
        tools.log.underrun(underrun_, generation());
    }
    reader_.release();
    tools.log.finished(underrun_.slot, generation(), frame);
}

void MixedVoice::end_underrun(std::int64_t frame, const VoiceTools& tools) {
    if (underrun_.serial == 0) return;
    if (reader_.state() == State::waiting) {
        underrun_.frame = reader_.start_frame();
        underrun_.fill_before = 0;
        underrun_.late_start = true;
    }
    underrun_.frames_missing = frame - underrun_.frame;
    if (underrun_.frames_missing > 0) tools.log.underrun(underrun_, generation());
    underrun_.serial = 0;
}

bool MixedVoice::ready_until(std::int64_t until, std::int64_t now) const {
    if (reader_.state() == State::dry || reader_.state() == State::ending) return true;
    const std::int64_t start = reader_.start_frame();
    const bool waits = reader_.state() == State::waiting;
    if (start >= until || (waits && stop_frame_ <= start)) return true;
    const std::int64_t last = stop_frame_ == never ? until : std::min(until, stop_frame_ + stop_fade_frames);
    const auto offer = reader_.look();
    if (waits) {
        if (!offer) return false;
        const std::int64_t needed = offer->seam_frame >= last ? offer->seam_frame : last;
        return offer->ended || offer->written_to >= needed;
    }
    const WrittenFrames written = reader_.ring().written();
    const std::int64_t written_to = start + written.frames;
    if (offer && offer->seam_frame < last) {
        const bool old_reaches_seam = written.ended || written_to >= std::max(now, offer->seam_frame);
        return old_reaches_seam && (offer->ended || offer->written_to >= last);
    }
    return written.ended || written_to >= last;
}

}  // namespace forerun
