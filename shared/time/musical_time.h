// Position in a piece: a tempo, and the beat at some frame.
#pragma once

#include <cstdint>

namespace forerun {

struct MusicalTime {
    double tempo = 120;      // quarters per minute
    double beat = 0;         // quarters since the beginning, at `frame`
    std::int64_t frame = 0;  // of the engine; of the voice where a voice keeps it
    bool playing = false;    // else the beat does not advance

    double beat_at(std::int64_t at_frame, double rate_hz) const {
        return playing ? beat + static_cast<double>(at_frame - frame) * tempo / (60 * rate_hz) : beat;
    }
    void go_to(std::int64_t at_frame, double rate_hz) {
        beat = beat_at(at_frame, rate_hz);
        frame = at_frame;
    }
    bool operator==(const MusicalTime&) const = default;
};

}  // namespace forerun
