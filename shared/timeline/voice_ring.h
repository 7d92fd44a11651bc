// A voice's ring of rendered frames: one worker writes, its readers read, positions are absolute voice frames.
//
// The ring is memory plus one WrittenFrames counter (a lane of the voice line). Capacity is a power of two. Samples are
// planar: channel c lies at samples + c × channel_stride. The writer reserves up to two spans, fills them and commits (debug
// builds assert that nothing else is written); nothing is visible before commit. There is no read index: the writer may
// overwrite what lies more than `capacity` behind what it commits, and keeps that behind the engine's clock (see
// RingWriter::reserve).
#pragma once

#include <algorithm>
#include <atomic>
#include <cassert>
#include <cstdint>
#include <utility>

#include "shared/timeline/voice_line.h"

namespace forerun {

struct RingMemory {
    float* samples = nullptr;
    std::int64_t capacity_frames = 0;  // power of two
    std::int64_t channel_stride = 0;   // at least the capacity; no power of two, see SharedState::ring

    float* at(std::uint32_t channel, std::int64_t frame) const {
        return samples + channel * channel_stride + (frame & (capacity_frames - 1));
    }
    // Frames from `frame` to the end of the memory: what can be read or written in one piece.
    std::int64_t contiguous(std::int64_t frame) const { return capacity_frames - (frame & (capacity_frames - 1)); }
};

// Where all rings lie.
struct RingPool {
    float* samples = nullptr;
    std::int64_t ring_frames = 0;
    std::int64_t channel_stride = 0;
    std::int64_t channels = 0;

    RingMemory operator[](std::uint32_t ring) const {
        return {samples + ring * channels * channel_stride, ring_frames, channel_stride};
    }
};

// [worker thread] Move-only; the one writer of a timeline.
class RingWriter {
public:
    RingWriter() = default;
    RingWriter(RingMemory memory, std::atomic<std::uint64_t>& written, std::int64_t first_frame)
        : memory_(memory), written_(&written), position_(first_frame) {
        // Relaxed: the word that publishes this timeline is the release that the mixer's take pairs with.
        written.store(WrittenFrames{first_frame, false}.packed(), std::memory_order_relaxed);
    }
    RingWriter(RingWriter&& other) noexcept { *this = std::move(other); }
    RingWriter& operator=(RingWriter&& other) noexcept {
        memory_ = other.memory_;
        written_ = std::exchange(other.written_, nullptr);
        position_ = other.position_;
        reserved_to_ = other.reserved_to_;
        return *this;
    }
    RingWriter(const RingWriter&) = delete;
    RingWriter& operator=(const RingWriter&) = delete;

    struct Span {
        std::int64_t frame = 0;
        std::int64_t frames = 0;
    };
    struct Reservation {
        Span first, second;  // second is empty unless the reservation wraps
        std::int64_t frames() const { return first.frames + second.frames; }
    };

    std::int64_t position() const { return position_; }
    explicit operator bool() const { return written_ != nullptr; }

    // Up to `frames` frames behind position(), fewer when they would overwrite what may still be read: no reader reads
    // anything before voice frame `clock_frame`, and the clock only grows, so the answer stays safe.
    Reservation reserve(std::int64_t frames, std::int64_t clock_frame) {
        const std::int64_t space = std::max<std::int64_t>(0, clock_frame) + memory_.capacity_frames - position_;
        const std::int64_t total = std::clamp<std::int64_t>(frames, 0, std::max<std::int64_t>(0, space));
        const std::int64_t head = std::min(total, memory_.contiguous(position_));
        reserved_to_ = position_ + total;
        return {{position_, head}, {position_ + head, total - head}};
    }
    // Within the reservation.
    float* samples(std::uint32_t channel, std::int64_t frame) const {
        assert(frame >= position_ && frame <= reserved_to_);
        return memory_.at(channel, frame);
    }

    // Makes the next `frames` frames visible, which must have been reserved; with `ended` nothing may be committed after them.
    void commit(std::int64_t frames, bool ended = false) {
        assert(frames == 0 || position_ + frames <= reserved_to_);
        position_ += frames;
        // Release: pairs with RingReader::written.
        written_->store(WrittenFrames{position_, ended}.packed(), std::memory_order_release);
    }

private:
    RingMemory memory_;
    std::atomic<std::uint64_t>* written_ = nullptr;
    std::int64_t position_ = 0;
    std::int64_t reserved_to_ = 0;
};

// [a reader's thread] Move-only; made after a take. Has no function that writes.
class RingReader {
public:
    RingReader() = default;
    RingReader(RingMemory memory, const std::atomic<std::uint64_t>& written) : memory_(memory), written_(&written) {}
    RingReader(RingReader&&) noexcept = default;
    RingReader& operator=(RingReader&&) noexcept = default;
    RingReader(const RingReader&) = delete;
    RingReader& operator=(const RingReader&) = delete;

    // Acquire: pairs with RingWriter::commit. Only grows within one timeline.
    WrittenFrames written() const { return WrittenFrames::unpacked(written_->load(std::memory_order_acquire)); }
    const float* samples(std::uint32_t channel, std::int64_t frame) const { return memory_.at(channel, frame); }
    std::int64_t contiguous(std::int64_t frame) const { return memory_.contiguous(frame); }
    // Frames [from, to) of one channel, across the ring's end.
    void copy(std::uint32_t channel, std::int64_t from, std::int64_t to, float* out) const {
        while (from < to) {
            const std::int64_t frames = std::min(to - from, contiguous(from));
            out = std::copy_n(samples(channel, from), frames, out);
            from += frames;
        }
    }
    explicit operator bool() const { return written_ != nullptr; }

private:
    RingMemory memory_;
    const std::atomic<std::uint64_t>* written_ = nullptr;
};

}  // namespace forerun
