// MIDI through RtMidi: ALSA sequencer, CoreMIDI, Windows, and JACK in builds without our own JACK client.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "rt-engine/midi/midi_driver.h"

namespace forerun {

std::vector<std::string> rtmidi_driver_names();  // that the installed RtMidi was built with

// nullptr when its system is not available.
std::unique_ptr<MidiDriver> open_rtmidi_driver(const std::string& name);

}  // namespace forerun
