// What readers, worker and conductor publish about one voice: one cache line per writer.
//
// VoiceLine is the only line that a reader must look at in every block (it is written by the worker, and its word also by
// the take of the first reader). Voice frame = engine frame − start_frame on every ring of the voice; fill is what is written
// minus where the clock is, so no reader publishes a read index.
//
// A slot is free when all its readers have released this generation and then the worker has; only the conductor reuses it,
// with the next generation.
#pragma once

#include <atomic>
#include <cstdint>

#include "shared/timeline/voice_word.h"

namespace forerun {

// How far a timeline has been written, and whether the voice ends there.
struct WrittenFrames {
    std::int64_t frames = 0;  // voice frames [seam, frames) are valid
    bool ended = false;       // the script said that it is done: nothing follows `frames`

    constexpr std::uint64_t packed() const {
        return static_cast<std::uint64_t>(frames) | static_cast<std::uint64_t>(ended) << 63;
    }
    static constexpr WrittenFrames unpacked(std::uint64_t bits) {
        return {static_cast<std::int64_t>(bits & ~(1ull << 63)), (bits >> 63) != 0};
    }
};

// A slot has up to four readers. The mixer is the first.
inline constexpr std::uint32_t max_readers = 4;
inline constexpr std::uint32_t mixer_reader = 0;

// The readers of a generation's timelines: a bit for each.
struct AttachedReaders {
    std::uint16_t generation = 0;
    std::uint8_t mask = 1u << mixer_reader;

    constexpr std::uint32_t packed() const { return std::uint32_t{generation} << max_readers | mask; }
    static constexpr AttachedReaders unpacked(std::uint32_t bits) {
        return {static_cast<std::uint16_t>(bits >> max_readers),
                static_cast<std::uint8_t>(bits & ((1u << max_readers) - 1))};
    }
};

struct alignas(64) VoiceLine {
    static constexpr int lanes = 3;  // playing, published, and the one that a replacement builds

    // Publish is a release by the worker; take is an acquire-release by the first reader; both compare-exchange.
    std::atomic<std::uint64_t> word{0};
    // WrittenFrames of each lane. Release by the worker after the samples, acquire by a reader before it reads them.
    std::atomic<std::uint64_t> written[lanes]{};
    // Engine frame of voice frame 0 and the channels of the samples (1 or 2). Written by the worker before the first word
    // of a generation is published (that release orders them); read by a reader after its first take.
    std::atomic<std::int64_t> start_frame{0};
    std::atomic<std::uint32_t> channels{1};
    // AttachedReaders, for whose acknowledgements the worker waits. Written by the worker alone, so that it never misses one:
    // before the first word of a generation, or later (release) when a reader is added. A reader that does not find itself
    // here takes nothing.
    std::atomic<std::uint32_t> readers{AttachedReaders{}.packed()};
};
static_assert(sizeof(VoiceLine) == 64);

// Written by one reader, read by the worker, and the mixer's also by the conductor.
struct alignas(64) ReaderLine {
    // generation + 1 of the newest generation that it has finished with (0: none yet). Release after its last read of a ring.
    std::atomic<std::uint32_t> released_generation_plus_one{0};
    // generation + 1 of a generation that ran dry on its present timeline and waits for another one (a skip); 0 while it plays.
    std::atomic<std::uint32_t> dry_generation_plus_one{0};
    // The word, as it was taken, of the timeline that it reads from and no other: set after the first block in which the old
    // ring is neither read nor faded from. The whole word, since two timelines may have one seam. 0: of none.
    std::atomic<std::uint64_t> acknowledged_word{0};

    // Voice frame; -1: of none.
    std::int64_t acknowledged_seam() const {
        const auto word = VoiceWord::unpacked(acknowledged_word.load(std::memory_order_acquire));
        return word.state == WordState::empty ? -1 : word.seam;
    }
};
static_assert(sizeof(ReaderLine) == 64);

// Written by the worker, read by the conductor.
struct alignas(64) WorkerVoiceLine {
    // generation + 1 of the newest generation that the worker has finished with. Release after its last write to the voice's rings.
    std::atomic<std::uint32_t> released_generation_plus_one{0};
    // Quality level in force at the newest quantum (2 full, 1 reduced, 0 least): for display only.
    std::atomic<std::uint32_t> quality{2};
    // Of each lane's timeline, written before its word is published and read after a take (relaxed: the word orders them):
    // the arrival of the oldest event that it answers, monotonic (0: of none), and its number within the generation.
    std::atomic<std::int64_t> arrival_nanoseconds[VoiceLine::lanes]{};
    std::atomic<std::uint32_t> timeline_number[VoiceLine::lanes]{};
    // The two rings of the slot, as ring + 1 (0: the usual two, see SharedState). A replacement exchanges one of them for the
    // worker's spare. Written before released_generation_plus_one, read by the worker of the next generation.
    std::atomic<std::uint32_t> rings_plus_one[2]{};
};
static_assert(sizeof(WorkerVoiceLine) == 64);

}  // namespace forerun
