// A rig's file was saved while it plays: which changes apply at once, and which need a restart.
//
// Instruments, buses, presets and parameters are matched by name. Fixed until a restart: the list of instruments, their
// scripts, the buses and their outputs, the names of presets.
#pragma once

#include <string>
#include <vector>

#include "shared/rig/rig.h"

namespace forerun {

struct RigChange {
    Rig rig;                           // in the order of the one that plays
    std::vector<std::string> remarks;  // what does not apply before the next start, a line each
};

// shown: the file, as remarks name it.
RigChange changed_rig(const Rig& playing, const Rig& file, const std::string& shown);

}  // namespace forerun
