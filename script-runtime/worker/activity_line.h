// Publishes what a worker does now, and for which voice. The mixer records it with an underrun.
//
// A probe in the worker (shared/worker_probe.h) gets each change, and stretches that were found out afterwards.
#pragma once

#include <cstdint>

#include "script-runtime/host/lua_host.h"
#include "shared/time/sample_clock.h"
#include "shared/worker_probe.h"
#include "shared/worker_side.h"

namespace forerun {

// Belongs to the worker's thread.
class ActivityLine {
public:
    // probe: or null.
    ActivityLine(WorkerLine& line, WorkerProbe* probe) : line_(line), probe_(probe) {}

    // From now on. serial: of the voice that it is for; 0: none.
    void changes(Activity activity, std::uint64_t serial = 0) {
        const auto now = monotonic_nanoseconds();
        if (probe_) [[unlikely]]
            probe_->activity_changes(now, {activity, serial});
        line_.activity_since_nanoseconds.store(now, std::memory_order_relaxed);
        // Release: pairs with the mixer's acquire when it writes an underrun record.
        line_.activity.store(WorkerActivity{activity, serial}.packed(), std::memory_order_release);
    }
    // About a stretch that is over.
    void found(std::int64_t from_nanoseconds, std::int64_t to_nanoseconds, Activity activity) {
        if (probe_) probe_->activity_found(from_nanoseconds, to_nanoseconds, activity);
    }
    // Only where there is a probe: otherwise the host does not report it.
    void compiler_changes(CompilerEvent event) {
        const auto now = monotonic_nanoseconds();
        if (event != CompilerEvent::begins)
            probe_->compiler_worked(compiling_since_, now, event == CompilerEvent::compiled);
        compiling_since_ = event == CompilerEvent::begins ? now : 0;
    }

private:
    WorkerLine& line_;
    WorkerProbe* const probe_;
    std::int64_t compiling_since_ = 0;  // nanoseconds; 0: the compiler rests
};

}  // namespace forerun
