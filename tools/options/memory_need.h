// Whether the machine can hold the rings that a command line asks for.
#pragma once

#include "shared/configuration.h"

namespace forerun {

// Throws BadInput, naming the options, when the rings would not fit into this machine's memory beside all else: filling
// them would take minutes and end other programs.
void require_memory(const Configuration& configuration);

}  // namespace forerun
