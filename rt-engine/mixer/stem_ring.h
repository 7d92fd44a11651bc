// Carries stems from the mixer to the recorder: a ring of packets, each one block of one instrument.
//
// The mixer adds the instrument's voices directly in a packet, so nothing is copied on the audio thread; an instrument that is
// silent in a block has no packet. Packets carry their frame: when the ring is full one is dropped and counted, and the rest
// keep their places. One ring for all instruments: a rig has hundreds, few of which sound at once.
#pragma once

#include <algorithm>
#include <atomic>
#include <bit>
#include <cstdint>
#include <cstring>
#include <vector>

#include "shared/threads/single_writer.h"

namespace forerun {

// A block of an instrument: `frames` samples of each side. Null: not wanted, or there was no room.
struct StemBlock {
    float* left = nullptr;
    float* right = nullptr;
};

class StemRing {
public:
    struct Packet {
        std::uint32_t instrument = 0;
        std::int64_t frame = 0;
        std::int64_t frames = 0;
        const float* left = nullptr;
        const float* right = nullptr;
    };

    // Allocates and touches everything; rounded up to a power of two.
    StemRing(std::size_t instruments, std::uint64_t samples)
        : samples_(std::bit_ceil(std::max<std::uint64_t>(samples, smallest_samples))),
          present_(instruments),
          dropped_frames_(instruments) {}

    // ---- [audio thread]

    void begin_block(std::int64_t frame, std::int64_t frames) noexcept {
        frame_ = frame;
        frames_ = frames;
        ++block_;
    }

    // Where an instrument's voices are added in this block: silence at first.
    StemBlock block_of(std::uint16_t instrument) noexcept {
        if (instrument >= present_.size()) return {};
        Present& present = present_[instrument];
        if (present.block != block_) {
            present = {block_, reserve(instrument)};
            if (present.left == nullptr) bump(dropped_frames_[instrument], static_cast<std::uint64_t>(frames_));
        }
        return {present.left, present.left == nullptr ? nullptr : present.left + frames_};
    }

    void end_block() noexcept {
        // Release, both: pair with the acquires in read(), so what was added is there.
        written_.store(reserved_, std::memory_order_release);
        mixed_to_.store(frame_ + frames_, std::memory_order_release);
    }

    // ---- [reader]

    // Hands every packet to sink(const Packet&). The frame up to which nothing more will come.
    template <typename Sink>
    std::int64_t read(Sink&& sink) {
        const auto mixed_to = mixed_to_.load(std::memory_order_acquire);
        const auto written = written_.load(std::memory_order_acquire);
        for (auto read = read_.load(std::memory_order_relaxed); read != written;) {
            const float* const at = samples_.data() + (read & mask());
            Head head;
            std::memcpy(&head, at, sizeof head);
            if (head.frames != 0)
                sink(Packet{head.instrument, head.frame, head.frames, at + head_samples,
                            at + head_samples + head.frames});
            read += head.frames != 0 ? packet_samples(head.frames) : samples_.size() - (read & mask());
            // Release: pairs with the acquire in reserve(): the packet may be written over.
            read_.store(read, std::memory_order_release);
        }
        return mixed_to;
    }

    std::uint64_t dropped_frames(std::size_t instrument) const { return dropped_frames_[instrument]; }
    std::size_t instruments() const { return present_.size(); }

private:
    // In front of a packet's samples. No frames: nothing more before the ring's end.
    struct Head {
        std::int64_t frame;
        std::uint32_t instrument;
        std::uint32_t frames;
    };
    struct Present {
        std::uint64_t block = 0;
        float* left = nullptr;
    };
    static constexpr std::uint64_t head_samples = sizeof(Head) / sizeof(float);
    static constexpr std::uint64_t smallest_samples = 1024;
    static_assert(sizeof(Head) == 16);

    // Whole heads, so that one always fits before the ring's end.
    static std::uint64_t packet_samples(std::int64_t frames) {
        const auto samples = head_samples + 2 * static_cast<std::uint64_t>(frames);
        return (samples + head_samples - 1) / head_samples * head_samples;
    }
    std::uint64_t mask() const { return samples_.size() - 1; }

    float* reserve(std::uint16_t instrument) noexcept {
        const auto need = packet_samples(frames_);
        const auto to_end = samples_.size() - (reserved_ & mask());
        const auto padding = need > to_end ? to_end : 0;
        // Acquire: pairs with read(), which is through with these places.
        if (reserved_ + padding + need - read_.load(std::memory_order_acquire) > samples_.size()) return nullptr;
        if (padding != 0) put({});
        reserved_ += padding;
        float* const left = put({frame_, instrument, static_cast<std::uint32_t>(frames_)});
        std::fill_n(left, 2 * frames_, 0.0f);
        reserved_ += need;
        return left;
    }
    float* put(const Head& head) noexcept {
        float* const at = samples_.data() + (reserved_ & mask());
        std::memcpy(at, &head, sizeof head);
        return at + head_samples;
    }

    std::vector<float> samples_;
    // Of the audio thread.
    std::vector<Present> present_;
    std::int64_t frame_ = 0;
    std::int64_t frames_ = 0;
    std::uint64_t block_ = 0;
    std::uint64_t reserved_ = 0;
    std::vector<Counter> dropped_frames_;
    // Of both: counted in samples, never wrapped.
    alignas(64) std::atomic<std::uint64_t> written_{0};  // by the audio thread
    std::atomic<std::int64_t> mixed_to_{0};              // by the audio thread
    alignas(64) std::atomic<std::uint64_t> read_{0};     // by the reader
};

}  // namespace forerun
