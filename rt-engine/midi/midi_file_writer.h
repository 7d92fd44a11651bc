// Writes a Standard MIDI File (format 0) while it is played: the file on disk is whole after every flush, and in between.
//
// One tick is one frame at every usual rate (see midi_file_time), so nothing is rounded. A flush puts what is new behind the
// end-of-track event, then the track's length right, then the first bytes of what is new over that event: a program that is
// killed anywhere in between leaves a track that ends where one of the two flushes did. Format: RP-001.
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

// How a rate is written down: `ticks_per_quarter` in `microseconds_per_quarter`.
struct MidiFileTime {
    std::uint32_t ticks_per_quarter = 0;  // 1..32767
    std::uint32_t microseconds_per_quarter = 0;
    std::uint32_t rate_hz = 0;

    // The tick of a frame. Exact where a tick is a frame; else the nearest one, at most 10 µs away.
    std::int64_t tick_of(std::int64_t frame) const;
};
// A tick is a frame where the rate is a whole number of ticks in 1/64 s to 1 s (44100, 48000, 96000 Hz, ...), at 120 quarters
// per minute if it can be.
MidiFileTime midi_file_time(std::uint32_t rate_hz);

class MidiFileWriter {
public:
    // Throws BadInput when the file cannot be made. What was there is gone.
    MidiFileWriter(const std::filesystem::path& path, std::uint32_t rate_hz);

    // Takes a message at a frame; not before the last one's, nor before the last flush's end. In memory until flush().
    void add(std::int64_t frame, const ChannelMessage& message);

    // The same for a system exclusive message, F0 to F7.
    void add_exclusive(std::int64_t frame, std::span<const std::uint8_t> message);

    // Brings the file up to date: it lasts up to `end_frame`. False when that failed: error() says why, and the file is as it
    // was after the last flush.
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
    std::vector<std::uint8_t> waiting_;  // events that the file does not have
    std::uint64_t waiting_messages_ = 0;
    std::int64_t tick_ = 0;        // of the last event in waiting_, else in the file
    std::int64_t least_tick_ = 0;  // of the next one: where the file's end of track lies
    std::uint64_t events_to_ = 0;  // byte behind the file's last event
    std::uint64_t size_ = 0;       // of the file: with its end of track
    std::uint64_t messages_ = 0;
    std::int64_t end_frame_ = 0;
    std::string error_;
};

}  // namespace forerun
