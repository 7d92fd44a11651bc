// What a MIDI file asks for that would change its sound, and that nobody here answers: a line for each kind.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rt-engine/midi/midi_file.h"
#include "shared/rig/rig.h"

namespace forerun {

// "song.mid: 3 GS reverb messages are ignored". A controller that the rig maps is answered; one that stands where it changes
// nothing (no reverb, a filter in the middle) asks for nothing.
std::vector<std::string> midi_unheard(const MidiFile& file, const Rig& rig, std::string_view name);

}  // namespace forerun
