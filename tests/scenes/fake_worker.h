// A voice whose ring is filled by the test itself, through RingWriter and the voice's word like a worker would.
//
// Everything happens on the calling thread and when the test says so, so that every underrun, late start and late switch
// can be placed to the frame.
#pragma once

#include <cstdint>
#include <functional>
#include <stdexcept>
#include <utility>

#include "shared/shared_state.h"

namespace forerun::test {

// The sample of a channel at a voice frame.
using Signal = std::function<float(std::uint32_t channel, std::int64_t voice_frame)>;

class FakeVoice {
public:
    // Takes the slot's line for `generation` and begins a first timeline at voice frame 0; publish() hands it over.
    FakeVoice(SharedState& state, std::uint32_t slot, std::uint16_t generation, std::int64_t start_frame,
              std::uint32_t channels, Signal signal)
        : state_(&state), slot_(slot), generation_(generation), start_frame_(start_frame), channels_(channels) {
        state.voice(slot).start_frame.store(start_frame, std::memory_order_relaxed);
        state.voice(slot).channels.store(channels, std::memory_order_relaxed);
        state.voice(slot).readers.store(AttachedReaders{generation}.packed(), std::memory_order_relaxed);
        begin_timeline(0, 0, std::move(signal));
    }

    // A timeline that is valid from voice frame `first`, with its seam at `seam`, in the voice's other ring.
    void begin_timeline(std::int64_t seam, std::int64_t first, Signal signal) {
        seam_ = seam;
        signal_ = std::move(signal);
        lane_ = (lane_ + 1) % VoiceLine::lanes;
        ring_ = static_cast<std::uint16_t>(2 * slot_ + (ring_ + 1) % 2);
        writer_ = RingWriter(state_->ring(ring_), line().written[lane_], first);
    }

    // False when the word is not in a state from which it may be published (or replaced).
    bool publish() {
        const VoiceWord next{WordState::published, lane_, ring_, generation_, seam_};
        std::uint64_t word = line().word.load(std::memory_order_acquire);
        return line().word.compare_exchange_strong(word, next.packed(), std::memory_order_acq_rel);
    }

    // Writes the next frames of the newest timeline. Throws when the ring has no room for them.
    void write(std::int64_t frames, bool ended = false) {
        const auto space = writer_.reserve(frames, state_->clock().frame() - start_frame_);
        if (space.frames() != frames) throw std::logic_error("the ring has no room");
        for (const auto span : {space.first, space.second})
            for (std::uint32_t c = 0; c < channels_; ++c)
                for (std::int64_t f = span.frame; f < span.frame + span.frames; ++f)
                    *writer_.samples(c, f) = signal_(c, f);
        writer_.commit(frames, ended);
    }
    // Up to this engine frame, or as far as the ring has room.
    void write_until(std::int64_t engine_frame) {
        const auto wanted = engine_frame - start_frame_ - writer_.position();
        if (wanted > 0) write(writer_.reserve(wanted, state_->clock().frame() - start_frame_).frames());
    }
    void end() { write(0, true); }

    std::int64_t position() const { return writer_.position(); }
    std::int64_t start_frame() const { return start_frame_; }
    VoiceWord word() const { return VoiceWord::unpacked(line().word.load()); }
    VoiceLine& line() const { return state_->voice(slot_); }
    ReaderLine& mixer_line() const { return state_->mixer_voice(slot_); }
    std::uint32_t slot() const { return slot_; }
    std::uint16_t generation() const { return generation_; }

private:
    SharedState* state_;
    std::uint32_t slot_;
    std::uint16_t generation_;
    std::int64_t start_frame_;
    std::uint32_t channels_;
    std::int64_t seam_ = 0;
    Signal signal_;
    std::uint8_t lane_ = VoiceLine::lanes - 1;
    std::uint16_t ring_ = 1;
    RingWriter writer_;
};

}  // namespace forerun::test
