// The one atomic word by which a voice's timeline passes from its worker to its readers: the mixer, and up to three others.
//
//   empty ──publish──> published ──take (the first reader)──> taken ──publish, once every reader has acknowledged──> …
//                       │    ^                               │   ^
//                       └────┘ replace (worker: another      └───┘ adopt (the other readers): the word stays as it is
//                              ring and lane, before any
//                              reader has taken it)
//
// A published word is never withdrawn, only replaced. All transitions are compare-exchanges from the state named here, so
// each side finds out when the other was faster. A word that one reader has taken stands still until every reader has
// acknowledged it, so the others adopt it by reading it. `generation` is the slot's generation: a word of an old note never
// matches.
//
//   bits  0..1  state     2..3  lane     4..15  ring (index in the pool)     16..27  generation     28..63  seam E (voice frame)
#pragma once

#include <cstdint>

namespace forerun {

enum class WordState : std::uint8_t { empty = 0, published = 1, taken = 2 };

struct VoiceWord {
    WordState state = WordState::empty;
    std::uint8_t lane = 0;         // which of the voice line's `written` counters belongs to this timeline (0..2)
    std::uint16_t ring = 0;        // index in the pool of rings, below max_rings
    std::uint16_t generation = 0;  // below generation_count
    std::int64_t seam = 0;         // voice frame from which this timeline is valid; below 2^36 (16 days at 48 kHz)

    static constexpr std::uint16_t max_rings = 1u << 12;
    static constexpr std::uint16_t generation_count = 1u << 12;

    constexpr std::uint64_t packed() const {
        return static_cast<std::uint64_t>(state) | static_cast<std::uint64_t>(lane) << 2 |
               static_cast<std::uint64_t>(ring) << 4 | static_cast<std::uint64_t>(generation) << 16 |
               static_cast<std::uint64_t>(seam) << 28;
    }

    static constexpr VoiceWord unpacked(std::uint64_t bits) {
        return {static_cast<WordState>(bits & 3u), static_cast<std::uint8_t>(bits >> 2 & 3u),
                static_cast<std::uint16_t>(bits >> 4 & 0xfffu), static_cast<std::uint16_t>(bits >> 16 & 0xfffu),
                static_cast<std::int64_t>(bits >> 28)};
    }

    friend constexpr bool operator==(const VoiceWord&, const VoiceWord&) = default;
};

static_assert(VoiceWord::unpacked(VoiceWord{WordState::taken, 2, 4095, 4095, (1ll << 36) - 1}.packed()) ==
              VoiceWord{WordState::taken, 2, 4095, 4095, (1ll << 36) - 1});

}  // namespace forerun
