// Why a ring ran dry, from what its worker did.
#pragma once

#include "shared/messages/underrun.h"
#include "tools/measure/record/gap.h"
#include "tools/measure/record/worker_history.h"

namespace forerun::measure {

Cause cause_of(Activity activity);

// Fills in what the worker did while the gap lasted, and names the cause: what kept it from rendering for at least half the
// gap's length, in the gap or shortly before it (a ring outlives the beginning of what empties it, and a stall that has just
// ended is paid for later), unless one long call fills the gap; else rendering or rewinding, whichever it did longer. depth: how long a full ring would have lasted.
void explain(Gap& gap, const UnderrunRecord& record, const WorkerHistory& worker, double rate_hz,
             std::int64_t depth_nanoseconds);

}  // namespace forerun::measure
