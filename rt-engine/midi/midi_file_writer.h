// Writes a Standard MIDI File (format 0) during a performance; the file on disk is valid at any moment.
//
// One tick is one frame at every usual rate (see midi_file_time), so nothing is rounded. A flush writes new data after the
// end-of-track event, then corrects the track's length, then overwrites that event with the first bytes of the new data: a
// program that is killed in between leaves a track that ends at the last flush or at this one. Format: RP-001.
//
// Belongs to one thread, not the audio thread.
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <span>
#include <string>
#include <vector>

#include "rt-engine/midi/midi_event.h"

namespace forerun {

// A sample rate in the terms of a MIDI file: `ticks_per_quarter` in `microseconds_per_quarter`.
struct MidiFileTime {
    std::uint32_t ticks_per_quarter = 0;  // 1..32767
    std::uint32_t microseconds_per_quarter = 0;
    std::uint32_t rate_hz = 0;

    // The tick of a frame: exact where a tick is a frame, else the nearest, at most 10 µs off.
    std::int64_t tick_of(std::int64_t frame) const;
};
// A tick is a frame if a quarter note of 1/64 s to 1 s can be a whole number of frames, at most 32767 (44100, 48000, 96000
// Hz, ...); 120 quarters per minute if possible.
MidiFileTime midi_file_time(std::uint32_t rate_hz);

class MidiFileWriter {
public:
    // Throws BadInput when the file cannot be written. Overwrites an existing file.
    MidiFileWriter(const std::filesystem::path& path, std::uint32_t rate_hz);

    // Frames never decrease, and never lie before the end of the last flush. In memory until flush().
    void add(std::int64_t frame, const ChannelMessage& message);

    // A system exclusive message, F0 to F7.
    void add_exclusive(std::int64_t frame, std::span<const std::uint8_t> message);

    // Writes what was added; the file then lasts until `end_frame`. False on failure: error() says why, and the file is as it was
    // after the last flush.
    bool flush(std::int64_t end_frame);

    const std::string& error() const { return error_; }
    std::uint64_t messages() const { return messages_; }  // in the file
    std::int64_t end_frame() const { return end_frame_; }

private:
    bool write_at(std::uint64_t place, const std::uint8_t* bytes, std::size_t count);
    void fill_up_to(std::int64_t tick);
    void put_delta(std::int64_t frame);
    bool fail();

    std::filesystem::path path_;
    MidiFileTime time_;
    std::filebuf file_;
    std::vector<std::uint8_t> waiting_;  // events not yet in the file
    std::uint64_t waiting_messages_ = 0;
    std::int64_t tick_ = 0;        // of the last event in waiting_, else in the file
    std::int64_t least_tick_ = 0;  // of the next event: the file's end of track
    std::uint64_t events_to_ = 0;  // offset after the file's last event
    std::uint64_t size_ = 0;       // of the file, with its end of track
    std::uint64_t messages_ = 0;
    std::int64_t end_frame_ = 0;
    std::string error_;
};

}  // namespace forerun
