// Finds the MIDI data of a file and reads its header: the RIFF wrapper of .rmi files, bytes before the header; refuses other kinds
// of files by name.
#pragma once

#include <cstddef>
#include <cstdint>

#include "rt-engine/midi/midi_file_bytes.h"

namespace forerun {

struct MidiFileHeader {
    int format = 0;                 // 0, 1, or 2 with one track
    std::uint32_t tracks = 0;       // as declared
    std::uint32_t division = 0;     // ticks per quarter note, or SMPTE frames per second and ticks per frame
    std::size_t first_chunk = 0;    // offset of the chunk after the header
    std::size_t skipped_bytes = 0;  // before the header
    std::size_t sound_banks = 0;    // DLS or SoundFont beside the MIDI data of an .rmi

    bool is_smpte() const { return (division & 0x8000) != 0; }
    std::uint32_t smpte_frames_per_second() const { return 256 - (division >> 8); }  // stored negated
    std::uint32_t smpte_ticks_per_frame() const { return division & 0xFF; }
};

// Cuts `file.bytes` at the end of the MIDI data. Throws BadInput.
MidiFileHeader read_midi_file_header(MidiFileBytes& file);

}  // namespace forerun
