#pragma once

#include <memory>

#include "rt-engine/midi/midi_driver.h"

namespace forerun {

// nullptr when no JACK server is running.
std::unique_ptr<MidiDriver> open_jack_midi_driver(const Engine& engine);

}  // namespace forerun
