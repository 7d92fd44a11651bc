// Plays a MIDI file into an engine: its messages become events with frames, handed over ahead of time.
//
//   MidiPlayer player(file, engine.make_producer(), rate_hz, start_frame);
//   player.advance_to(engine frame + depth + what passes until the next call);   // again and again
#pragma once

#include <cstdint>
#include <vector>

#include "rt-engine/forerun.h"
#include "rt-engine/midi/event_feed.h"
#include "rt-engine/midi/midi_file.h"

namespace forerun {

// The events of a file whose first frame is `start_frame`; frames never fall. In one instant they keep the file's order. Keys and sustain
// pedals that the file forgets to let go are let go at its end (note_off of each key, controllers 64 and 66 at 0).
std::vector<Event> midi_events(const MidiFile& file, double rate_hz, std::int64_t start_frame);

class MidiPlayer {
public:
    MidiPlayer(const MidiFile& file, Producer producer, double rate_hz, std::int64_t start_frame);

    // Sends every event before `frame` and promises that frame; after the last event it promises forever. What the
    // producer's full queue refuses is tried again by the next call, and no promise overtakes it.
    void advance_to(std::int64_t frame) { feed_.advance_to(frame); }
    bool finished() const { return feed_.finished(); }
    std::int64_t promised_frame() const { return feed_.promised_frame(); }

    // Where the piece ends: its end of track, or its last event.
    std::int64_t end_frame() const { return end_frame_; }
    std::size_t event_count() const { return feed_.event_count(); }

private:
    EventFeed<Producer> feed_;
    std::int64_t end_frame_;
};

}  // namespace forerun
