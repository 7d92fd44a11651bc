// The default music for a voice: a short phrase with different keys and lengths, and a chord at the end.
#pragma once

#include "rt-engine/midi/midi_file.h"

namespace forerun {

// On channel 0, about eight seconds. Keys 38 to 74.
MidiFile demonstration_phrase();

}  // namespace forerun
