// Standard MIDI Files, read into channel and exclusive messages with times in seconds.
//
// Common deviations from the standard are accepted: running status (also kept across meta events and sysex), tempo changes on any
// track, SMPTE division, the RIFF wrapper of .rmi files, bytes before the header, chunks of other kinds, a missing
// end-of-track event, a track whose length is wrong though its end-of-track event is there, junk after the last track,
// numbers beyond 127 (a value is then 127, an event with such a key or number is left out), format 2 with one pattern.
// Repairs and omissions are listed in `remarks`. Incomplete files are refused: several patterns, a file that was cut off, an
// invalid event. A part is never taken for the whole piece.
//
// Times are exact: ticks times microseconds are summed as integers over all tempo segments and rounded to a double
// once. Absurd sizes are refused before memory is allocated; the limits are below.
//
// Any thread but the audio thread may call this: it allocates, and read_midi_file() waits for the disk.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace forerun {

constexpr std::size_t kMidiFileMaxBytes = std::size_t{64} << 20;
constexpr std::size_t kMidiFileMaxMessages = std::size_t{8} << 20;
constexpr std::size_t kMidiFileMaxExclusives = std::size_t{1} << 20;
constexpr double kMidiFileMaxSeconds = 24.0 * 3600.0;

// A channel message as the file has it: a note-on with velocity 0 stays a note-on (and means note-off).
struct MidiMessage {
    double seconds;       // from the start of the piece
    std::uint32_t track;  // in file order, from 0
    std::uint8_t status;  // 0x80 .. 0xEF, running status resolved; the low four bits are the channel
    std::uint8_t data1;   // 0 .. 127
    std::uint8_t data2;   // 0 .. 127; 0 for program change and channel pressure, which have one byte
};

// A tempo from `seconds` on.
struct MidiTempo {
    double seconds;
    double quarters_per_minute;
};

// A system exclusive message, without F0 and F7.
struct MidiExclusive {
    double seconds;
    std::size_t before;  // how many of the file's messages come before it
    std::vector<std::uint8_t> body;
};

struct MidiFile {
    int format;                         // 0 or 1
    std::vector<MidiMessage> messages;  // by time; at equal times by track, within a track as written
    std::vector<MidiTempo> tempos;      // by time, never empty, the first at 0 s (120 where the file says nothing)
    double duration_seconds;            // the last event of any kind, end of track included
    std::string title;                  // name of the first track, printable UTF-8, may be empty
    std::vector<MidiExclusive> exclusives = {};  // in their order
    std::vector<std::string> remarks = {};       // "song.mid: 2 tempos of 0 are ignored": one for each kind
};

// The frame of an event at `seconds`.
inline std::int64_t midi_event_frame(double seconds, double rate_hz) { return std::llround(seconds * rate_hz); }

// Throws BadInput: one line with the file's name, the byte offset where there is one (from the start of the file, also
// inside an .rmi), what is wrong and what to do.
MidiFile read_midi_file(const std::filesystem::path& path);

// The same for bytes in memory; `name` stands for the file in messages.
MidiFile parse_midi(std::span<const std::uint8_t> bytes, std::string_view name);

}  // namespace forerun
