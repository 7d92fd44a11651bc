// Runs a cell of another system: starts it on the running JACK server, plays held voices, records it and analyzes the recording.
//
// Two figures complement each other: gaps found in the recording, and "device_underflows", the xruns that JACK reported. If the
// server waits for its clients (jackd -S) and has no sound card, a late cycle is an xrun without a gap: a card would have had a
// gap there. And a recording of Forerun shows fewer gaps than its own counters: its voices fade out one by one, where other
// systems lose all voices at once.
#pragma once

#include "tools/measure/plan/plan.h"
#include "tools/measure/record/cell_record.h"

namespace forerun::measure {

// Like run_cell (cell_run.h), for the modes of is_other_system(). A dropout is a gap of voice 0, the output itself, since all
// voices are in one callback, and its cause is unknown. Throws BadInput: no server, not installed, or the point needs what only
// Forerun's own modes support; std::runtime_error: no sound, the system ended, or the user stopped the program.
CellRecord run_system_cell(const Plan& plan, const CellName& name);

}  // namespace forerun::measure
