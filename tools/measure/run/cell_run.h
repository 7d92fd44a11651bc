// Runs one cell in this process: sets the machine up as its point says, plays, records, and cleans up.
#pragma once

#include "tools/measure/plan/plan.h"
#include "tools/measure/record/cell_record.h"

namespace forerun::measure {

// Throws BadInput when the point cannot be had here (no such device, script or stressor), std::runtime_error when it was stopped.
CellRecord run_cell(const Plan& plan, const CellName& name);

}  // namespace forerun::measure
