// Checks that the requested rings fit into memory.
#pragma once

#include "shared/configuration.h"

namespace forerun {

// Throws BadInput, naming the options, when the rings do not fit into available memory: filling them would take minutes and
// could end other programs.
void require_memory(const Configuration& configuration);

}  // namespace forerun
