// --notes, --velocity, --hold, --loop, --from: which part of the music render and play use.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tools/live/music_source.h"

namespace forerun {

struct MusicOptions {
    std::string notes;        // "36,C2,F#3"; empty: the phrase, or the file
    std::string velocities;   // "20,127"
    double hold_seconds = 0;  // 0: not given
    bool loop = false;
    double from_seconds = 0;
};

void add_music_options(CLI::App& command, MusicOptions& options);

// Puts notes in the place of a voice's phrase, leaves out what lies before --from, repeats the piece until it is as long as
// asked for (0: for a day). Throws BadInput.
void shape(MusicSource& source, const MusicOptions& options, double seconds);

// A key by its number or its name, C4 = 60. Throws BadInput naming the option.
std::uint8_t key_named(std::string_view name, const std::string& option);

// Every note at every velocity, one after the other, on channel 1.
MidiFile note_list(const std::vector<std::uint8_t>& keys, const std::vector<std::uint8_t>& velocities,
                   double hold_seconds);

// The piece from there on. Of what lies before, everything but notes is repeated at its beginning: of bends, pressure and
// most controllers their last value.
MidiFile piece_from(const MidiFile& piece, double seconds);

// The piece again and again until it lasts so long; what it holds down is let go at every end.
MidiFile piece_repeated(const MidiFile& piece, double seconds);

}  // namespace forerun
