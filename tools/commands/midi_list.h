// The available MIDI ports, as `forerun devices` prints them.
#pragma once

#include <memory>
#include <vector>

#include "rt-engine/midi/midi_driver.h"

namespace forerun {

// To standard output: a line with the systems, and a line per port.
void print_midi_ports(const std::vector<std::unique_ptr<MidiDriver>>& drivers);

}  // namespace forerun
