// Merges all tracks of a MIDI file: converts ticks to seconds with the tempos of every track, and sorts messages by time.
#pragma once

#include <cstddef>
#include <cstdint>

#include "rt-engine/midi/midi_file.h"
#include "rt-engine/midi/midi_file_bytes.h"
#include "rt-engine/midi/midi_file_header.h"
#include "rt-engine/midi/midi_file_track.h"

namespace forerun {

// Appends a track to the tracks before it; `end` and `ended` are not kept.
void append_midi_track(MidiTrack& all, MidiTrack&& track);

// Sets all but the remarks. Throws BadInput for a piece that lasts too long.
MidiFile merged_midi_file(const MidiFileBytes& file, const MidiFileHeader& header, MidiTrack&& all);

}  // namespace forerun
