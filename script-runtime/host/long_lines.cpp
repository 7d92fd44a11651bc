#include "script-runtime/host/long_lines.h"

#include <algorithm>
#include <cstring>

namespace forerun {
namespace {

constexpr std::uint32_t header_doubles = 2;  // the first: frames written so far. See scripts/dsp/delay.lua

double* header_of(const LongLines& lines, const LongLines::Line& line) {
    return static_cast<double*>(static_cast<void*>(lines.memory + line.first_byte));
}

// The readable frames: two pieces where they wrap around the end of the memory.
template <typename Copy>
void each_piece(const LongLines& lines, const LongLines::Line& line, double written, Copy copy) {
    double* const held = header_of(lines, line) + header_doubles;
    const auto mask = std::uint64_t{line.held_frames} - 1;
    const auto plain = written >= 0 && written < 1e15 ? static_cast<std::uint64_t>(written) : 0;
    const auto first = (plain + 1 - line.frames) & mask;
    const auto until_end = std::min<std::uint64_t>(line.frames, line.held_frames - first);
    copy(held + first, until_end);
    copy(held, line.frames - until_end);
}

}  // namespace

std::uint32_t LongLines::readable_bytes() const {
    std::uint32_t frames = 0;
    for (int i = 0; i < count; ++i) frames += line[i].frames;
    return frames * static_cast<std::uint32_t>(sizeof(double));
}

double most_written(const LongLines& lines) {
    double most = 0;
    for (int i = 0; i < lines.count; ++i) most = std::max(most, *header_of(lines, lines.line[i]));
    return most;
}

void save(const LongLines& lines, LongLinesCheckpoint& checkpoint, bool with_content) {
    checkpoint.content.resize(with_content ? lines.readable_bytes() / sizeof(double) : 0);
    double* to = checkpoint.content.data();
    for (int i = 0; i < lines.count; ++i) {
        const auto& line = lines.line[i];
        const double written = *header_of(lines, line);
        checkpoint.written[static_cast<std::size_t>(i)] = written;
        if (!with_content) continue;
        each_piece(lines, line, written, [&](const double* from, std::uint64_t frames) {
            std::memcpy(to, from, frames * sizeof(double));
            to += frames;
        });
    }
}

bool can_restore(const LongLines& lines, const MostWritten& most, const LongLinesCheckpoint& checkpoint) {
    if (!checkpoint.content.empty()) return true;
    for (int i = 0; i < lines.count; ++i) {
        const auto& line = lines.line[i];
        const auto at = static_cast<std::size_t>(i);
        const double since = std::max(most[at], *header_of(lines, line)) - checkpoint.written[at];
        if (!(since >= 0 && since <= line.held_frames - line.frames)) return false;
    }
    return true;
}

void restore(LongLines& lines, MostWritten& most, const LongLinesCheckpoint& checkpoint) {
    const double* from = checkpoint.content.data();
    for (int i = 0; i < lines.count; ++i) {
        const auto at = static_cast<std::size_t>(i);
        double& written = *header_of(lines, lines.line[i]);
        most[at] = std::max(most[at], written);
        written = checkpoint.written[at];
        if (checkpoint.content.empty()) continue;
        each_piece(lines, lines.line[i], written, [&](double* to, std::uint64_t frames) {
            std::memcpy(to, from, frames * sizeof(double));
            from += frames;
        });
    }
}

void clear(LongLines& lines, const MostWritten& most) {
    for (int i = 0; i < lines.count; ++i) {
        const auto& line = lines.line[i];
        const double written = std::max(most[static_cast<std::size_t>(i)], *header_of(lines, line));
        // Not if a script has written here through an object that it kept from an earlier note.
        const bool plain = written >= 0 && written < line.held_frames;
        const auto frames = plain ? static_cast<std::size_t>(written) + 1 : line.held_frames;
        std::memset(lines.memory + line.first_byte, 0, (header_doubles + frames) * sizeof(double));
    }
    lines.count = 0;
    lines.used_bytes = 0;
}

}  // namespace forerun
