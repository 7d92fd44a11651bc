// A rig's file was saved while it plays: what of it can be heard at once, and what only a new start brings.
//
// Instruments, buses, presets and parameters are known by their names. What is made at the start stays as it is: which
// instruments there are, their scripts, the buses and their outputs, the names of presets.
#pragma once

#include <string>
#include <vector>

#include "shared/rig/rig.h"

namespace forerun {

struct RigChange {
    Rig rig;                           // in the order of the one that plays
    std::vector<std::string> remarks;  // what is not heard before the next start, a line each
};

// shown: the file, as remarks name it.
RigChange changed_rig(const Rig& playing, const Rig& file, const std::string& shown);

}  // namespace forerun
