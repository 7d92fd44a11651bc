// Puts the faults of a configuration into a worker, each at its times (shared/injected_fault.h).
//
// They follow the engine's clock, so that how many there were is known from how much was played, however fast that was.
#pragma once

#include <array>
#include <cstdint>
#include <limits>

#include "script-runtime/worker/activity_trace.h"
#include "shared/configuration.h"
#include "shared/shared_state.h"

namespace forerun {

class LuaHost;

// Belongs to the worker's thread.
class InjectedFaults {
public:
    InjectedFaults(const Configuration& configuration, WorkerLine& line);

    explicit operator bool() const { return any_; }

    // What is due at this frame of the engine's clock happens now, one of each kind; it is counted in the worker's line when it
    // begins. What its trace is to be told about it, `doing` says: called before, with what the worker does then.
    template <typename Doing>
    void step(std::int64_t clock_frame, LuaHost& host, Doing doing) {
        const double clock_seconds = static_cast<double>(clock_frame) / rate_hz_;
        for (std::size_t f = 0; f < kinds; ++f) {
            const auto fault = static_cast<WorkerFault>(f);
            if (!is_due(fault, clock_seconds)) continue;
            // A stall is to be found out, not told.
            if (fault == WorkerFault::garbage) doing(Activity::collecting);
            if (fault == WorkerFault::page_faults) doing(Activity::rendering);
            inject(fault, clock_seconds, host);
            doing(Activity::idle);
        }
        if (clock_seconds >= priority_back_seconds_) give_priority_back();
    }

private:
    static constexpr auto kinds = static_cast<std::size_t>(WorkerFault::count);
    static constexpr double not_lost = std::numeric_limits<double>::infinity();

    bool is_due(WorkerFault fault, double clock_seconds);
    void inject(WorkerFault fault, double clock_seconds, LuaHost& host);
    void lose_priority(double until_seconds);
    void give_priority_back();

    const std::array<InjectedFault, kinds> faults_;
    const double rate_hz_;
    WorkerLine& line_;
    bool any_ = false;
    std::array<std::int64_t, kinds> times_{};  // that it was due
    double priority_back_seconds_ = not_lost;
    int policy_ = 0, priority_ = 0;  // that were lost
};

}  // namespace forerun
