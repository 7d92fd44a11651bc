// Maps the engine's newest block to JACK's frames, where the engine plays on JACK in this process. JACK MIDI then needs no
// estimate from times, which would be a period off on a machine that wakes its threads half a period late.
//
// The engine stamps its clock inside the device's callback. A stamp between begins() and ends() is this block's.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>

#include "shared/time/sample_clock.h"

namespace forerun {

class JackBlocks {
public:
    // [JACK's audio thread] Around each call of the engine; JACK's frame counts 32 bits.
    void begins(std::uint32_t jack_frame, std::int64_t nanoseconds) noexcept {
        ended_nanoseconds_.store(0, std::memory_order_relaxed);
        block_.stamp({jack_frame, nanoseconds});  // releases: pairs with the acquires of frame_of
    }
    void ends(std::int64_t nanoseconds) noexcept { ended_nanoseconds_.store(nanoseconds, std::memory_order_release); }

    // JACK's frame at which the engine's newest block began, and the engine's; nothing when that is not known just now, or the
    // engine plays elsewhere. [any thread; never waits]
    struct Pair {
        std::uint32_t jack_frame = 0;
        std::int64_t engine_frame = 0;

        // The engine's frame at the start of a cycle in which it has played already, or is the next to play: JACK's count jumps
        // where cycles were lost, the engine's goes on.
        std::int64_t engine_frame_at(std::uint32_t cycle_frame, std::int64_t cycle_frames) const noexcept {
            const std::int64_t into = static_cast<std::int32_t>(jack_frame - cycle_frame);
            return into >= 0 && into < cycle_frames ? engine_frame - into : engine_frame + cycle_frames;
        }
    };
    std::optional<Pair> newest(const SampleClock& engine_clock) const noexcept {
        ClockReading block, engine, again;
        if (!block_.try_read(block) || block.nanoseconds == 0 || !engine_clock.try_read(engine)) return std::nullopt;
        const auto ended = ended_nanoseconds_.load(std::memory_order_acquire);
        // Unchanged: what was read between belongs to it.
        if (!block_.try_read(again) || again.nanoseconds != block.nanoseconds) return std::nullopt;
        if (engine.nanoseconds < block.nanoseconds || (ended != 0 && engine.nanoseconds > ended)) return std::nullopt;
        return Pair{static_cast<std::uint32_t>(block.frame), engine.frame};
    }

private:
    SampleClock block_;
    std::atomic<std::int64_t> ended_nanoseconds_{0};  // 0: it goes on
};

// A process plays one engine on JACK at most.
inline JackBlocks jack_blocks;

}  // namespace forerun
