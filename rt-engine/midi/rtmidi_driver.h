// MIDI through RtMidi: ALSA's sequencer, CoreMIDI, Windows, and JACK where it was built without our own client.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "rt-engine/midi/midi_driver.h"

namespace forerun {

std::vector<std::string> rtmidi_driver_names();  // of what the installed RtMidi was built with

// nullptr when the system behind it is not there.
std::unique_ptr<MidiDriver> open_rtmidi_driver(const std::string& name);

}  // namespace forerun
