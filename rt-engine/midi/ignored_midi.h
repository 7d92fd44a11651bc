// Messages of a MIDI file that would change its sound but are not supported: one line for each kind.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rt-engine/midi/midi_file.h"
#include "shared/rig/rig.h"

namespace forerun {

// "song.mid: 3 GS reverb messages are ignored". Controllers that the rig maps are not listed, nor values
// that mean "no change" (no reverb, a filter in the middle).
std::vector<std::string> ignored_midi(const MidiFile& file, const Rig& rig, std::string_view name);

}  // namespace forerun
