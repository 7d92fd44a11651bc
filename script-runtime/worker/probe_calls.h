// A worker's calls to its probe (shared/worker_probe.h), and what the probe may ask of the worker meanwhile. Without a probe
// each call is one branch.
#pragma once

#include <cstdint>

#include "script-runtime/host/lua_host.h"
#include "script-runtime/worker/activity_line.h"
#include "script-runtime/worker/worker_thread.h"
#include "shared/time/sample_clock.h"
#include "shared/worker_probe.h"

namespace forerun {

// Belongs to the worker's thread.
class ProbeCalls final : private ProbedWorker {
public:
    // probe: or null.
    ProbeCalls(WorkerProbe* probe, const SampleClock& clock, const WorkerThread& thread, ActivityLine& activity,
               LuaHost& host)
        : probe_(probe), clock_(clock), thread_(thread), activity_(activity), host_(host) {}

    explicit operator bool() const { return probe_ != nullptr; }

    void step_begins() {
        if (probe_) [[unlikely]]
            probe_->step_begins(*this);
    }
    // True: it may have taken time.
    bool quantum_rendered(std::int64_t nanoseconds) {
        if (!probe_) [[likely]]
            return false;
        probe_->quantum_rendered(*this, nanoseconds);
        return true;
    }
    std::int64_t added_cost(const ProbedCall& call) { return probe_ ? probe_->added_cost(*this, call) : 0; }

private:
    std::int64_t clock_frame() const override { return clock_.frame(); }
    bool stopping() const override { return thread_.stopping(); }
    void shows(Activity activity) override { activity_.changes(activity); }
    void make_garbage(std::uint64_t bytes) override { host_.make_garbage(bytes); }
    void forget_compiled_code() override { host_.forget_compiled_code(); }

    WorkerProbe* const probe_;
    const SampleClock& clock_;
    const WorkerThread& thread_;
    ActivityLine& activity_;
    LuaHost& host_;
};

}  // namespace forerun
