// Delay lines so long that checkpoints do not copy them but go back by index.
//
// Such a line (scripts/dsp/delay.lua) holds World::reach_frames more than its script can read. What was rendered since a
// checkpoint lies in those, so the number of frames written is all that has to be put back.
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
        std::uint32_t frames;       // that can be read, a power of two
        std::uint32_t held_frames;  // in memory, a power of two
    };
    Line line[most_long_lines] = {};

    std::uint32_t readable_bytes() const;
};

struct LongLinesCheckpoint {
    std::array<double, most_long_lines> written{};
    std::vector<double> content;  // of all lines, one after the other; empty: not copied
};

// Frames, of the line that was written most. More than the note has lasted where a script writes several times per frame:
// such a line leaves little to go back in, and is better copied.
double most_written(const LongLines& lines);

// [the state's thread] `with_content`: also what can be read, for a checkpoint that must outlast other frames rendered from
// before it.
void save(const LongLines& lines, LongLinesCheckpoint& checkpoint, bool with_content);

// The most that was ever written of each line, also on what was taken back. Kept by restore().
using MostWritten = std::array<double, most_long_lines>;

// False when so much was written since that what could be read then is gone.
bool can_restore(const LongLines& lines, const MostWritten& most, const LongLinesCheckpoint& checkpoint);

// can_restore() holds.
void restore(LongLines& lines, MostWritten& most, const LongLinesCheckpoint& checkpoint);

// Zero again, as far as they were written.
void clear(LongLines& lines, const MostWritten& most);

}  // namespace forerun
