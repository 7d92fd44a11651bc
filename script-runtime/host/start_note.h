// What a script's start() gets for a note.
#pragma once

#include <cstdint>
#include <span>

#include "shared/messages/voice_controls.h"
#include "shared/time/musical_time.h"

namespace forerun {

struct StartNote {
    int key = 60;
    double velocity = 1;        // 0..1
    double frequency_hz = 440;  // of the key, with tuning and transposition, without bend
    VoiceControlValues controls = VoiceControlValues::of_voice_at_rest();
    int quality = 2;
    std::uint64_t seed = 1;
    std::span<const float> parameters;  // the instrument's, in the order of its description
    MusicalTime time;                   // in voice frames
};

}  // namespace forerun
