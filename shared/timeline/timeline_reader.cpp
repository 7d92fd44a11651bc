#include "shared/timeline/timeline_reader.h"

#include <algorithm>
#include <utility>

namespace forerun {

bool TimelineReader::attached() const {
    // Acquire: pairs with the worker that adds a reader, so the word that is read next is none that it had done with before.
    const auto readers = AttachedReaders::unpacked(line_->readers.load(std::memory_order_acquire));
    return readers.generation == generation_ && (readers.mask >> lines_.reader & 1u) != 0;
}

std::optional<TimelineReader::Offer> TimelineReader::look() const {
    if (word_ == 0 && !attached()) return std::nullopt;
    // Acquire: pairs with the worker's publish, so start frame, channels and the lane's first frames are there.
    const auto bits = line_->word.load(std::memory_order_acquire);
    const auto word = VoiceWord::unpacked(bits);
    if (bits == word_ || word.state == WordState::empty || word.generation != generation_) return std::nullopt;
    Offer offer;
    offer.word = word;
    offer.start_frame = line_->start_frame.load(std::memory_order_relaxed);
    offer.seam_frame = offer.start_frame + word.seam;
    // Acquire: pairs with RingWriter::commit. Only a hint while the word is not taken: the lane may be replaced.
    const auto written = WrittenFrames::unpacked(line_->written[word.lane].load(std::memory_order_acquire));
    offer.written_to = offer.start_frame + written.frames;
    offer.ended = written.ended;
    return offer;
}

std::optional<TimelineReader::Taken> TimelineReader::take(std::int64_t from, std::int64_t to) {
    if (old_.crossfade_frame != never && from < old_.crossfade_frame + fade_frames) return std::nullopt;
    const bool reads = state_ == State::reading;
    const auto before = ring_ ? ring_.written() : WrittenFrames{};
    const std::int64_t old_written_to = start_frame_ + before.frames;
    for (int attempt = 0; attempt < 3; ++attempt) {
        const auto offer = look();
        if (!offer || offer->seam_frame >= to) break;
        const bool frozen = offer->word.state == WordState::taken;
        // There must be something to read, or the timeline must have ended: else the take would only make an underrun.
        const std::int64_t heard_from = std::max(offer->seam_frame, from);
        if (!offer->ended && offer->written_to <= heard_from) {
            if (frozen && state_ == State::dry) {
                claim(*offer);
                go_over(*offer);
                old_.seam_frame = 0;
                return std::nullopt;
            }
            // Unless the lane is another timeline's by now, which has replaced this one and builds again.
            if (frozen || line_->word.load(std::memory_order_acquire) == offer->word.packed()) break;
            continue;
        }
        // The old ring is read up to the seam: without those frames this is an underrun, not a seam.
        if (reads && offer->seam_frame > from && offer->seam_frame > old_written_to) break;
        if (!claim(*offer)) continue;  // replaced by a newer timeline in between

        go_over(*offer);
        Taken taken;
        taken.seam_frame = offer->seam_frame;
        taken.heard_from = heard_from;
        const auto lane = offer->word.lane;
        taken.arrival_nanoseconds = lines_.worker->arrival_nanoseconds[lane].load(std::memory_order_relaxed);
        taken.number = lines_.worker->timeline_number[lane].load(std::memory_order_relaxed);
        old_.seam_frame = 0;
        if (reads) {
            taken.old_written_to = old_.written_to = old_written_to;
            old_.seam_frame = heard_from;
            if (taken.late()) old_.crossfade_frame = from;
        } else if (state_ == State::dry) {
            // Release: pairs with the worker's acquire; the take lies before it.
            lines_.own->dry_generation_plus_one.store(0, std::memory_order_release);
        }
        state_ = State::reading;
        return taken;
    }
    // The worker had reached the voice's end before it saw that this reader is dry, and now that has passed, too.
    if (state_ == State::dry && before.ended && old_written_to <= from) state_ = State::ending;
    return std::nullopt;
}

// False: another timeline has replaced it.
bool TimelineReader::claim(const Offer& offer) {
    auto taken = offer.word;
    taken.state = WordState::taken;
    // A word that another reader has taken stands until this one has acknowledged it, too.
    if (offer.word.state == WordState::published) {
        auto expected = offer.word.packed();
        // Acquire: pairs with the publish of exactly this word. Release: a thread that sees it taken sees what we did before.
        // Another reader may have been faster with the same one; its exchange goes on with the publish's release.
        if (!line_->word.compare_exchange_strong(expected, taken.packed(), std::memory_order_acq_rel,
                                                 std::memory_order_acquire) &&
            expected != taken.packed())
            return false;
    }
    word_ = taken.packed();
    return true;
}

void TimelineReader::go_over(const Offer& offer) {
    start_frame_ = offer.start_frame;
    channels_ = line_->channels.load(std::memory_order_relaxed) == 2 ? 2 : 1;
    old_.ring = std::move(ring_);
    ring_ = RingReader(lines_.rings[offer.word.ring], line_->written[offer.word.lane]);
    acknowledgement_due_ = true;
}

std::int64_t TimelineReader::copy(std::uint32_t channel, std::int64_t first, std::int64_t last, std::int64_t written_to,
                                  float* out) const {
    std::int64_t frame = first;
    const std::int64_t seam = old_.crossfade_frame == never ? std::min(old_.seam_frame, last) : first;
    if (frame < seam) {
        old_.ring.copy(channel, frame - start_frame_, seam - start_frame_, out);
        frame = seam;
    }
    const std::int64_t there = std::min(written_to, last);
    if (frame < there) {
        ring_.copy(channel, frame - start_frame_, there - start_frame_, out + (frame - first));
        frame = there;
    }
    return frame;
}

std::int64_t TimelineReader::copy_old(std::uint32_t channel, std::int64_t first, std::int64_t last, float* out) const {
    const std::int64_t there = std::clamp(old_.written_to, first, last);
    old_.ring.copy(channel, first - start_frame_, there - start_frame_, out);
    return there;
}

void TimelineReader::run_dry(bool asks_for_skip) {
    state_ = State::dry;
    // Release: pairs with the worker's acquire. The rest of the old ring may still be read in this block, so the worker's skip
    // goes to another ring and waits for the acknowledgements like any timeline.
    if (asks_for_skip) lines_.own->dry_generation_plus_one.store(generation_ + 1u, std::memory_order_release);
}

std::int64_t TimelineReader::old_ring_until() const {
    // After a start or a skip nothing is read from an old ring.
    return old_.crossfade_frame != never ? old_.crossfade_frame + fade_frames : old_.seam_frame;
}

void TimelineReader::acknowledge() {
    acknowledgement_due_ = false;
    old_.crossfade_frame = never;
    // Release: pairs with the worker's acquire before it writes into the old ring again; our reads of it lie before.
    lines_.own->acknowledged_word.store(word_, std::memory_order_release);
}

void TimelineReader::release() {
    lines_.own->dry_generation_plus_one.store(0, std::memory_order_relaxed);
    // The next generation's worker must not take this generation's acknowledgement for its own; ordered by the release below.
    lines_.own->acknowledged_word.store(0, std::memory_order_relaxed);
    // Release: pairs with the acquire by which worker and conductor find the generation given back; our reads lie before it.
    lines_.own->released_generation_plus_one.store(generation_ + 1u, std::memory_order_release);
}

}  // namespace forerun
