// One track of a MIDI file: its events, by tick. Times come later, when the tempos of all tracks are known
// (midi_file_merge.h).
#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "rt-engine/midi/midi_file_bytes.h"
#include "rt-engine/midi/midi_tick_clock.h"

namespace forerun {

struct MidiTickMessage {
    static constexpr std::size_t is_channel_message = SIZE_MAX;

    std::uint64_t tick;
    MidiMessage message;                         // its seconds are not set yet
    std::size_t exclusive = is_channel_message;  // else an index into the track's exclusives
};

struct MidiTrack {
    std::vector<MidiTickMessage> messages;
    std::vector<std::vector<std::uint8_t>> exclusives;
    std::vector<MidiTickTempo> tempos;
    std::string title;  // of the first track
    std::uint64_t last_tick = 0;
    std::bitset<256> ports;  // that have notes

    // Repairs and omissions.
    std::size_t clipped = 0;     // values above 127
    std::size_t skipped = 0;     // events with a key or number above 127
    std::size_t bad_tempos = 0;  // of 0, or of no length

    bool ended = false;   // by its end-of-track event
    std::size_t end = 0;  // offset of the byte after its last event
};

// What the reader of a track needs to know about the file.
struct MidiTrackPlace {
    std::uint32_t number = 0;  // from 0
    int format = 0;
    std::size_t messages_before = 0, exclusives_before = 0;  // in earlier tracks: the limits are the file's
};

// Reads events from `begin` on, until an end-of-track event or `chunk_end`, which may be after the end of the file.
// Throws BadInput.
MidiTrack read_midi_track(const MidiFileBytes& file, const MidiTrackPlace& place, std::size_t begin,
                          std::uint64_t chunk_end);

}  // namespace forerun
