// Long delay lines, of which checkpoints save only the index, not the content.
//
// Such a line (scripts/dsp/delay.lua) holds World::reach_frames more than its script can read. Frames written since a checkpoint
// are in those, so it is enough to restore the number of frames written.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

namespace forerun {

inline constexpr int most_long_lines = 8;  // of one voice; same number in scripts/dsp/kit.lua

// Same layout in scripts/dsp/kit.lua.
struct LongLines {
    std::uint8_t* memory = nullptr;
    std::uint32_t capacity_bytes = 0;
    std::uint32_t used_bytes = 0;
    std::int32_t count = 0;
    struct Line {
        std::uint32_t first_byte;
        std::uint32_t frames;       // readable, a power of two
        std::uint32_t held_frames;  // in memory, a power of two
    };
    Line line[most_long_lines] = {};

    std::uint32_t readable_bytes() const;
};

struct LongLinesCheckpoint {
    std::array<double, most_long_lines> written{};
    std::vector<double> content;  // of all lines, one after the other; empty: not copied
};

// Frames written to the line that was written most. More than the note's length if a script writes several times per frame: then
// the line keeps less history, and is better copied.
double most_written(const LongLines& lines);

// [the state's thread] `with_content`: also copies the readable frames, for a checkpoint that stays valid although frames from
// before it are rendered again.
void save(const LongLines& lines, LongLinesCheckpoint& checkpoint, bool with_content);

// The most frames ever written to each line, including rewound ones. restore() updates it.
using MostWritten = std::array<double, most_long_lines>;

// False when later frames have overwritten what was readable at the checkpoint.
bool can_restore(const LongLines& lines, const MostWritten& most, const LongLinesCheckpoint& checkpoint);

// Requires can_restore().
void restore(LongLines& lines, MostWritten& most, const LongLinesCheckpoint& checkpoint);

// Zeroes what was written.
void clear(LongLines& lines, const MostWritten& most);

}  // namespace forerun
