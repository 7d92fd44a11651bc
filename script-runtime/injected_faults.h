// Puts the faults of a configuration into a worker, each at its times (shared/injected_fault.h).
#pragma once

#include <array>
#include <cstdint>

#include "script-runtime/activity_trace.h"
#include "shared/configuration.h"
#include "shared/shared_state.h"

namespace forerun {

class LuaHost;

// Belongs to the worker's thread.
class InjectedFaults {
public:
    InjectedFaults(const Configuration& configuration, WorkerLine& line);

    explicit operator bool() const { return any_; }

    // What is due happens now, and is counted in the worker's line. What its trace is to be told about it, `doing` says:
    // called before, with what the worker does then.
    template <typename Doing>
    void step(std::int64_t now_nanoseconds, LuaHost& host, Doing doing) {
        for (std::size_t f = 0; f < next_.size(); ++f) {
            const auto fault = static_cast<WorkerFault>(f);
            if (!is_due(fault, now_nanoseconds)) continue;
            // A stall is to be found out, not told.
            if (fault == WorkerFault::garbage) doing(Activity::collecting);
            if (fault == WorkerFault::page_faults) doing(Activity::rendering);
            inject(fault, now_nanoseconds, host);
            doing(Activity::idle);
        }
        if (priority_back_ != 0 && now_nanoseconds >= priority_back_) give_priority_back();
    }

private:
    static constexpr auto kinds = static_cast<std::size_t>(WorkerFault::count);

    bool is_due(WorkerFault fault, std::int64_t now_nanoseconds);
    void inject(WorkerFault fault, std::int64_t now_nanoseconds, LuaHost& host);
    void lose_priority(std::int64_t until_nanoseconds);
    void give_priority_back();

    const std::array<InjectedFault, kinds> faults_;
    WorkerLine& line_;
    bool any_ = false;
    std::array<std::int64_t, kinds> next_{};
    std::int64_t priority_back_ = 0;  // 0: not lost
    int policy_ = 0, priority_ = 0;   // that were lost
};

}  // namespace forerun
