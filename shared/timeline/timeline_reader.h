// One reader of a voice's timelines: takes what the worker publishes, reads its rings, and acknowledges.
//
//   waiting ──first take──> reading ──run_dry()──> dry ──take of a skip──> reading
//                             │ ^ take: seam at E, or a crossfade when E has passed
//                             │ └───┘
//                             └──end(), or dry at the end of the timeline──> ending
//
// The mixer is a reader, in its blocks; a worker that runs a bus's effect is another, ahead of the clock. The use of
// the samples is up to the reader. A timeline may have four readers, each with a ReaderLine:
//   - The first to take a word freezes it: published → taken, by compare-exchange. From then on it is not replaced, and the
//     others adopt it as it stands.
//   - Each acknowledges for itself, when it no longer reads the ring before. The worker writes into that ring, and publishes
//     the next timeline, when all have. A ring that was displaced before it was taken had no reader.
//   - A reader that is not attached (VoiceLine::readers), or has released the generation, is not waited for.
//   - Each runs dry for itself, and may ask for a skip; the voice skips for all. Another reader then finds a seam beyond what
//     is written: in between is silence.
//   - Another may have taken a skip, so that it cannot be replaced, and then the clock has passed all of it: a dry reader
//     adopts it unheard, stays dry, and is given the next one.
//
// Nothing is taken during a crossfade. All frames here are engine frames unless they are called voice frames. A reader that
// does not move the clock looks at it again after reading: what lay before it then may have been overwritten.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>

#include "shared/time/quantum.h"
#include "shared/timeline/voice_line.h"
#include "shared/timeline/voice_ring.h"
#include "shared/timeline/voice_word.h"

namespace forerun {

inline constexpr std::int64_t never = std::numeric_limits<std::int64_t>::max();

// What a reader of a slot's timelines looks at and writes.
struct TimelineLines {
    VoiceLine* line = nullptr;
    ReaderLine* own = nullptr;
    const WorkerVoiceLine* worker = nullptr;
    RingPool rings{};
    std::uint32_t reader = 0;  // its index
};

// Belongs to the reading thread; never waits and allocates nothing.
class alignas(64) TimelineReader {
public:
    enum class State : std::uint8_t { waiting, reading, dry, ending };

    // A timeline that can be taken.
    struct Offer {
        VoiceWord word;
        std::int64_t start_frame = 0;
        std::int64_t seam_frame = 0;
        std::int64_t written_to = 0;  // behind the last frame written
        bool ended = false;
    };
    // A timeline that was taken.
    struct Taken {
        std::int64_t seam_frame = 0;
        std::int64_t heard_from = 0;           // the seam, or where the reader was when that had passed
        std::int64_t old_written_to = 0;       // of the timeline before; 0 after a start or a skip
        std::int64_t arrival_nanoseconds = 0;  // of the oldest event that it answers; 0: of none
        std::uint32_t number = 0;              // within the generation

        bool late() const { return seam_frame < heard_from; }
    };

    TimelineReader() = default;
    // Reads a generation of a slot, of which the first frame is due at `due_frame`.
    TimelineReader(const TimelineLines& lines, std::uint16_t generation, std::int64_t due_frame)
        : lines_(lines), line_(lines.line), start_frame_(due_frame), generation_(generation) {}

    State state() const { return state_; }
    std::uint16_t generation() const { return generation_; }
    std::uint32_t channels() const { return channels_; }
    // Of voice frame 0; before the first take: when the voice is due.
    std::int64_t start_frame() const { return start_frame_; }

    // ---- Taking

    // Relaxed: only whether there is anything new; look() reads it again.
    bool offered() const { return line_->word.load(std::memory_order_relaxed) != word_; }
    std::optional<Offer> look() const;
    // For a reader that is about to read frames [from, to): takes what is on offer, if its seam lies before `to` and something of
    // it is there. While it reads, the ring before must reach up to the seam.
    std::optional<Taken> take(std::int64_t from, std::int64_t to);

    // ---- Reading

    // The common case: it reads one ring, and nothing is to be done about another.
    bool settled() const { return state_ == State::reading && !acknowledgement_due_ && !offered(); }
    // The present ring, in voice frames. Not when waiting.
    const RingReader& ring() const { return ring_; }
    // The first frame of a crossfade from the ring before, fade_frames long, until that is acknowledged; or never.
    std::int64_t crossfade_frame() const { return old_.crossfade_frame; }
    // Frames [first, last) of a channel as far as they are there: from the ring before up to the seam, then from the present one,
    // which is written up to `written_to`. The frame behind the last one.
    std::int64_t copy(std::uint32_t channel, std::int64_t first, std::int64_t last, std::int64_t written_to,
                      float* out) const;
    // The same from the ring that is crossfaded from.
    std::int64_t copy_old(std::uint32_t channel, std::int64_t first, std::int64_t last, float* out) const;

    // There is no frame any more where the next one should be. asks_for_skip: the worker is to leave frames out.
    void run_dry(bool asks_for_skip);
    // The same, at the end of the timeline.
    void end() { state_ = State::ending; }

    // ---- Giving back

    // After it has read frames from `from` on: acknowledges the present timeline, if the ring before is not needed any more.
    void acknowledge_from(std::int64_t from) {
        if (acknowledgement_due_ && from >= old_ring_until()) acknowledge();
    }
    // It will not read this generation again. Nothing may be called then.
    void release();

    // Asks for the line and for samples that will be read soon.
    void prefetch_line() const { __builtin_prefetch(line_); }
    void prefetch_samples(std::int64_t from, std::int64_t frames) const {
        if (state_ == State::waiting) return;
        constexpr std::int64_t line_frames = 64 / sizeof(float);
        constexpr std::int64_t most_frames = 4 * line_frames;  // the CPU follows a longer stream by itself
        const std::int64_t position = std::max<std::int64_t>(0, from - start_frame_);
        const float* const left = ring_.samples(0, position);
        const float* const right = ring_.samples(channels_ - 1u, position);
        for (std::int64_t i = 0; i < std::min(frames, most_frames); i += line_frames) {
            __builtin_prefetch(left + i);
            __builtin_prefetch(right + i);
        }
    }

private:
    bool attached() const;
    bool claim(const Offer& offer);
    void go_over(const Offer& offer);
    // The first frame for which the ring before the present one is not needed.
    std::int64_t old_ring_until() const;
    void acknowledge();

    // ---- Around a take
    TimelineLines lines_;
    // The timeline before.
    struct Old {
        RingReader ring;
        std::int64_t seam_frame = 0;  // frames before it come from this ring; 0: none
        std::int64_t crossfade_frame = never;
        std::int64_t written_to = 0;
    };
    Old old_;

    // ---- Looked at in every block: one cache line
    alignas(64) VoiceLine* line_ = nullptr;
    std::uint64_t word_ = 0;  // as it was taken
    std::int64_t start_frame_ = 0;
    RingReader ring_;
    std::uint16_t generation_ = 0;
    std::uint8_t channels_ = 1;
    State state_ = State::waiting;
    bool acknowledgement_due_ = false;
};

}  // namespace forerun
