// How the mixer takes a timeline that the worker has published.
#include <algorithm>

#include "rt-engine/mixer/mixed_voice.h"

namespace forerun {

std::optional<MixedVoice::Offer> MixedVoice::look() const {
    // Acquire: pairs with the worker's publish, so start frame, channels and the lane's first frames are there.
    const auto word = VoiceWord::unpacked(line_->word.load(std::memory_order_acquire));
    if (word.state != WordState::published || word.generation != generation_) return std::nullopt;
    Offer offer;
    offer.word = word;
    offer.start_frame = line_->start_frame.load(std::memory_order_relaxed);
    offer.seam_frame = offer.start_frame + word.seam;
    // Acquire: pairs with RingWriter::commit. Only a hint until the word is ours: the lane may be replaced.
    const auto written = WrittenFrames::unpacked(line_->written[word.lane].load(std::memory_order_acquire));
    offer.written_to = offer.start_frame + written.frames;
    offer.ended = written.ended;
    return offer;
}

template <typename Accept>
std::optional<MixedVoice::Offer> MixedVoice::take(Accept accept, const VoiceBlock& block, const VoiceTools& tools) {
    for (int attempt = 0; attempt < 3; ++attempt) {
        auto offer = look();
        if (!offer || offer->seam_frame >= block.to) return std::nullopt;
        // Something to be heard must be there, or the news that nothing will come: else the take would only make an underrun.
        const std::int64_t heard_from = std::max(offer->seam_frame, block.from);
        if (!offer->ended && offer->written_to <= heard_from) {
            // Unless the lane is another timeline's by now, which has replaced this one and builds again.
            if (line_->word.load(std::memory_order_acquire) == offer->word.packed()) return std::nullopt;
            continue;
        }
        if (!accept(*offer)) return std::nullopt;

        VoiceWord taken = offer->word;
        taken.state = WordState::taken;
        std::uint64_t expected = offer->word.packed();
        // Acquire: pairs with the publish of exactly this word. Release: a worker that finds it taken knows that all reads
        // before our present timeline are over.
        if (!line_->word.compare_exchange_strong(expected, taken.packed(), std::memory_order_acq_rel,
                                                 std::memory_order_relaxed)) {
            continue;  // replaced by a newer timeline in between
        }
        start_frame_ = offer->start_frame;
        channels_ = line_->channels.load(std::memory_order_relaxed) == 2 ? 2 : 1;
        const auto& answers = tools.state.worker_voice(slot_);
        offer->arrival_nanoseconds = answers.arrival_nanoseconds[taken.lane].load(std::memory_order_relaxed);
        offer->timeline = answers.timeline_number[taken.lane].load(std::memory_order_relaxed);
        old_ring_ = std::move(ring_);
        ring_ = RingReader(tools.state.ring(taken.ring), line_->written[taken.lane]);
        seam_frame_ = heard_from;
        timeline_ = MixerVoiceLine::timeline(taken.seam, taken.lane);
        acknowledgement_due_ = true;
        return offer;
    }
    return std::nullopt;
}

void MixedVoice::take_first(const VoiceBlock& block, const VoiceTools& tools) {
    const auto offer = take([](const Offer&) { return true; }, block, tools);
    const bool late = offer && offer->seam_frame < block.from;
    // Due and not there: remember what the worker does now, since it will be busy with this voice when the ring comes.
    if ((!offer || late) && underrun_.serial == 0) {
        tools.log.awaited(underrun_);
        underrun_.serial = serial_;
    }
    if (!offer) return;
    state_ = State::playing;
    tools.log.taken(slot_, generation_, offer->timeline, seam_frame_, block.from, 0);
    tools.log.answered(offer->arrival_nanoseconds);
    sounds_from_ = plain_from_ = seam_frame_;
    if (late) {
        fade_in_frame_ = block.from;
        plain_from_ = block.from + fade_frames;
        underrun_.frame = offer->seam_frame;
        underrun_.frames_missing = block.from - offer->seam_frame;
        underrun_.late_start = true;
        tools.log.underrun(underrun_, generation_);
    }
    underrun_.serial = 0;
}

void MixedVoice::take_seam(const VoiceBlock& block, const VoiceTools& tools) {
    const std::int64_t old_written_to = start_frame_ + ring_.written().frames;
    // The old ring plays up to the seam: without those frames this is an underrun, not a seam.
    const auto reaches_seam = [&](const Offer& offer) {
        return offer.seam_frame <= block.from || offer.seam_frame <= old_written_to;
    };
    const auto offer = take(reaches_seam, block, tools);
    if (!offer) return;
    plain_from_ = std::max(plain_from_, seam_frame_);  // it may still fade in
    tools.log.taken(slot_, generation_, offer->timeline, seam_frame_, block.from, old_written_to);
    tools.log.switched(slot_, generation_, serial_, offer->seam_frame, seam_frame_, offer->arrival_nanoseconds);
    if (offer->seam_frame >= block.from) return;
    crossfade_frame_ = block.from;
    plain_from_ = block.from + fade_frames;
    old_written_to_ = old_written_to;
    std::copy_n(held_, 2, old_held_);
    std::fill_n(held_, 2, 0.0f);
}

void MixedVoice::take_skip(const VoiceBlock& block, const VoiceTools& tools) {
    const WrittenFrames old = ring_.written();
    const auto offer = take([](const Offer&) { return true; }, block, tools);
    if (!offer) {
        // The worker had reached the voice's end before it saw the underrun, and the clock has passed that too.
        if (old.ended && start_frame_ + old.frames <= block.from) state_ = State::ending;
        return;
    }
    state_ = State::playing;
    tools.log.taken(slot_, generation_, offer->timeline, seam_frame_, block.from, 0);
    sounds_from_ = fade_in_frame_ = seam_frame_;
    plain_from_ = seam_frame_ + fade_frames;
    fade_out_frame_ = never;
    std::fill_n(held_, 2, 0.0f);
    underrun_.frames_missing = sounds_from_ - underrun_.frame;
    tools.log.underrun(underrun_, generation_);
    underrun_.serial = 0;
    // Release: pairs with the worker's acquire; the take lies before it.
    mixer_line_->dry_generation_plus_one.store(0, std::memory_order_release);
}

std::int64_t MixedVoice::old_ring_until() const {
    // After a start or a skip nothing is read from an old ring: seam_frame_ and sounds_from_ are the same then.
    if (crossfade_frame_ != never) return crossfade_frame_ + fade_frames;
    return seam_frame_ == sounds_from_ ? 0 : seam_frame_;
}

void MixedVoice::acknowledge() {
    acknowledgement_due_ = false;
    crossfade_frame_ = never;
    // Release: pairs with the worker's acquire before it writes into the old ring again; our reads of it lie before.
    mixer_line_->acknowledged_timeline.store(timeline_, std::memory_order_release);
}

}  // namespace forerun
