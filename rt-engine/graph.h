// The rig as SharedState shows it to others: nodes and their parameters, by name.
#pragma once

#include "shared/rig.h"
#include "shared/shared_state.h"

namespace forerun {

// Fills in nodes and parameters and raises the graph version. Throws BadInput when the rig is larger than the state. Names
// that are too long are cut. [owner, before start]
void describe_graph(SharedState& state, const Rig& rig);

}  // namespace forerun
