// The rig as SharedState shows it to others: nodes and their parameters, by name.
#pragma once

#include "shared/rig/rig.h"
#include "shared/shared_state.h"

namespace forerun {

// Fills in nodes and parameters and raises the graph version. Throws BadInput when the rig is larger than the state. Names
// that are too long are cut. [owner, before start]
void describe_graph(SharedState& state, const Rig& rig);

// Throws BadInput when a bus plays on channels that an output of so many does not have. A single channel gets every bus that
// plays on the first two.
void require_outputs(const Rig& rig, std::uint32_t channels);

}  // namespace forerun
