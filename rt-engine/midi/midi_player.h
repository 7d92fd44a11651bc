// Plays a MIDI file into an engine: its messages become events with frames, sent ahead of time.
//
//   MidiPlayer player(file, engine.make_producer(), rate_hz, start_frame);
//   player.advance_to(engine frame + depth + time until the next call);   // repeatedly
#pragma once

#include <cstdint>
#include <vector>

#include "rt-engine/forerun.h"
#include "rt-engine/midi/event_feed.h"
#include "rt-engine/midi/midi_file.h"

namespace forerun {

// The events of a file that starts at `start_frame`; frames never decrease, and events of one frame keep the file's order. Keys
// and pedals that are still down at the end are released there (note_off of each key, controllers 64 and 66 at 0).
std::vector<Event> midi_events(const MidiFile& file, double rate_hz, std::int64_t start_frame);

class MidiPlayer {
public:
    MidiPlayer(const MidiFile& file, Producer producer, double rate_hz, std::int64_t start_frame);

    // Sends every event before `frame` and promises that frame; after the last event it promises forever. Events
    // that the producer's full queue refuses are sent by the next call, and no promise overtakes them.
    void advance_to(std::int64_t frame) { feed_.advance_to(frame); }
    bool finished() const { return feed_.finished(); }
    std::int64_t promised_frame() const { return feed_.promised_frame(); }

    // End of the piece: its end of track or its last event, whichever is later.
    std::int64_t end_frame() const { return end_frame_; }
    std::size_t event_count() const { return feed_.event_count(); }

private:
    EventFeed<Producer> feed_;
    std::int64_t end_frame_;
};

}  // namespace forerun
