// A probe observes an engine's workers, and can inject faults: for tests and measurements. Ordinary engines have none.
//
// It is called on its worker's thread, where the worker's time goes. It may record what it gets, spend time itself, or damage
// something: so faults, load and costs are injected, and what detects them can be tested. Probes are given to the Engine's
// constructor (rt-engine/forerun.h). A worker without one has a null pointer.
//
//   tools/measure/record/activity_trace.h   records what the worker does
//   tools/measure/run/injected_faults.h     stalls, garbage, cold code, page faults, lost priority
//   tests/bench/injected_load.h             a slower machine
//   tests/scenes/injected_cost.h            a slow script, in the engine's time
#pragma once

#include <cstdint>

#include "shared/messages/underrun.h"

namespace forerun {

// What a probe may ask of the worker that calls it.
class ProbedWorker {
public:
    virtual std::int64_t clock_frame() const = 0;        // of the engine
    virtual bool stopping() const = 0;                   // the share stops: the clock does not move any more
    virtual void shows(Activity activity) = 0;           // what it is seen doing from now on, for no voice
    virtual void make_garbage(std::uint64_t bytes) = 0;  // its scripts do; half of it lives until the next time
    virtual void forget_compiled_code() = 0;

protected:
    ~ProbedWorker() = default;
};

// A script's call for a voice that is over.
struct ProbedCall {
    std::uint16_t instrument = 0;
    std::int64_t rendered_frame = 0;  // engine frame up to which the voice is rendered
    int quality = 0;
    bool is_start = false;  // else a quantum
};

class WorkerProbe {
public:
    WorkerProbe() = default;
    virtual ~WorkerProbe() = default;
    WorkerProbe(const WorkerProbe&) = delete;
    WorkerProbe& operator=(const WorkerProbe&) = delete;

    // Whether the worker's thread must be able to change its priority, which is forbidden to it otherwise. [before it starts]
    virtual bool changes_priority() const { return false; }

    // The rest: [the worker's thread]. The worker looks at what there is to do.
    virtual void step_begins(ProbedWorker&) {}
    // From now on it does this.
    virtual void activity_changes(std::int64_t, WorkerActivity) {}
    // What was found out about a stretch that is over: nanoseconds from and to.
    virtual void activity_found(std::int64_t, std::int64_t, Activity) {}
    // LuaJIT's compiler has made a trace, or given it up: nanoseconds from and to; 0: it is not known when it began.
    virtual void compiler_worked(std::int64_t, std::int64_t, bool) {}
    // A quantum that is the voice's sound from now on took so many nanoseconds.
    virtual void quantum_rendered(ProbedWorker&, std::int64_t) {}
    // CPU nanoseconds that the call counts for beside its own. Not offline, where nothing is counted.
    virtual std::int64_t added_cost(ProbedWorker&, const ProbedCall&) { return 0; }
};

// An engine's probes. Outlives the engine.
class WorkerProbes {
public:
    // Null: that worker has none. Once each, before the worker starts. [the engine's owner]
    virtual WorkerProbe* of(std::uint32_t worker) = 0;

protected:
    ~WorkerProbes() = default;
};

}  // namespace forerun
