// Runs a cell of another system: it is started on the JACK server that runs, plays held voices, is recorded and judged by
// what is heard of it.
//
// Two figures that do not replace each other: gaps are what the recording shows; "device_underflows" are the xruns that JACK
// told. Where the server waits for its clients (jackd -S) and has no card, a late cycle is an xrun without a gap: a card would
// have played nothing there. And what the recording shows of Forerun is less than what it counts itself: there single
// voices fall silent, smoothly, where other systems lose all of them at once.
#pragma once

#include "tools/measure/plan/plan.h"
#include "tools/measure/record/cell_record.h"

namespace forerun::measure {

// As run_cell (cell_run.h), for the modes that is_other_system() names. A dropout is a gap of voice 0, the
// output itself, since all voices are in one callback, and of an unknown cause. Throws BadInput: no server, not installed, or the point asks for what only Forerun's
// own modes do; std::runtime_error: the system does not sound, ended, or was stopped.
CellRecord run_system_cell(const Plan& plan, const CellName& name);

}  // namespace forerun::measure
