// A voice's next timeline: written to a ring that nobody reads, and then published completely or not at all.
//
//   the voice's word      built in                  published as
//   taken                 the voice's other ring    taken → published, once every reader has acknowledged the one before
//   published             the worker's spare ring   published → published; the ring that it displaces is the new spare
//
// While a replacement is built, a reader may take the timeline that it was to replace. Then publish() is false and voice and
// spare ring are unchanged, so nothing has to be undone here. The script's state is restored from a checkpoint and
// WorkedVoice::Progress.
#pragma once

#include <cstdint>
#include <utility>

#include "script-runtime/worker/worked_voice.h"
#include "shared/timeline/voice_ring.h"
#include "shared/timeline/voice_word.h"
#include "shared/worker_side.h"

namespace forerun {

// Belongs to the worker's thread.
class TimelineBuild {
public:
    // `word`: the voice's word as it was found. Neither ring nor lane is one that may be read from: where the word is not
    // `published`, every reader must have acknowledged the present timeline. Written from the seam's quantum on.
    TimelineBuild(const WorkerSide& state, WorkedVoice& voice, std::uint64_t word, std::int64_t seam_frame,
                  std::uint16_t& spare_ring)
        : state_(state),
          voice_(voice),
          spare_ring_(spare_ring),
          found_(word),
          lane_(voice.timeline.free_lane()),
          ring_(replaces(word) ? spare_ring : voice.timeline.other_ring),
          seam_frame_(seam_frame),
          number_(voice.timeline.begun++),
          writer_(state.ring(ring_), state.voice(voice.note.slot).written[lane_], first_written()) {}
    TimelineBuild(const TimelineBuild&) = delete;
    TimelineBuild& operator=(const TimelineBuild&) = delete;

    static bool replaces(std::uint64_t word) { return VoiceWord::unpacked(word).state == WordState::published; }
    std::uint32_t number() const { return number_; }  // within the generation
    std::int64_t first_written() const { return seam_frame_ / quantum_frames * quantum_frames; }
    RingWriter& writer() { return writer_; }

    // Once. arrival: of the oldest event that it answers, 0 of none. True: it is the voice's timeline now.
    bool publish(std::int64_t arrival_nanoseconds) {
        name(state_, voice_, lane_, number_, arrival_nanoseconds);
        const VoiceWord next{WordState::published, lane_, ring_, voice_.note.generation, seam_frame_};
        // Release: pairs with a reader's take, which leaves a timeline alone until there is something in it. Only a take can
        // have come between, and only of what was to be replaced.
        auto expected = found_;
        auto& word = state_.voice(voice_.note.slot).word;
        if (!word.compare_exchange_strong(expected, next.packed(), std::memory_order_acq_rel)) return false;
        if (replaces(found_)) {
            std::swap(spare_ring_, voice_.timeline.ring);
        } else {
            voice_.timeline.playing_lane = voice_.timeline.lane;
            std::swap(voice_.timeline.ring, voice_.timeline.other_ring);
        }
        voice_.timeline.writer = std::move(writer_);
        voice_.timeline.lane = lane_;
        voice_.timeline.seam_frame = seam_frame_;
        voice_.timeline.number = number_;
        return true;
    }

    // Prepares the lines for a timeline that is about to be published.
    static void name(const WorkerSide& state, const WorkedVoice& voice, std::uint8_t lane, std::uint32_t number,
                     std::int64_t arrival_nanoseconds) {
        auto& line = state.worker_voice(voice.note.slot);
        // Relaxed: ordered by the publication of the word. This lane is not read before.
        line.arrival_nanoseconds[lane].store(arrival_nanoseconds, std::memory_order_relaxed);
        line.timeline_number[lane].store(number, std::memory_order_relaxed);
    }

private:
    const WorkerSide& state_;
    WorkedVoice& voice_;
    std::uint16_t& spare_ring_;
    const std::uint64_t found_;
    const std::uint8_t lane_;
    const std::uint16_t ring_;
    const std::int64_t seam_frame_;
    const std::uint32_t number_;
    RingWriter writer_;
};

}  // namespace forerun
