// Parsed MIDI files as text, for comparisons in tests.
#pragma once

#include <cstdio>
#include <string>
#include <vector>

#include "rt-engine/midi/midi_file.h"
#include "tests/scenes/midi_bytes.h"

namespace midi_bytes {

using Lines = std::vector<std::string>;

inline const Bytes note_with_running_status = {0, 0x90, 60, 100, 96, 60, 0};  // 96 ticks long

inline forerun::MidiFile parse(const Bytes& bytes) { return forerun::parse_midi(bytes, "song.mid"); }

// One line for each message: "seconds track status data1 data2".
inline Lines describe(const forerun::MidiFile& file) {
    Lines lines;
    for (const auto& m : file.messages) {
        char line[80];
        std::snprintf(line, sizeof line, "%.6g %u %02X %u %u", m.seconds, m.track, m.status, m.data1, m.data2);
        lines.emplace_back(line);
    }
    return lines;
}

}  // namespace midi_bytes
