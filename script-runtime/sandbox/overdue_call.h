// When a script call has taken too long: the decision, without clocks.
//
// A call is overdue when all of this holds since it was first seen: the limit has passed by the monotonic clock; its thread
// has used half the limit of CPU time, since a thread that the system does not run is no script's fault; and it was looked
// at again and again meanwhile, since a machine that stands still as a whole (a virtual one does) moves both clocks on.
#pragma once

#include <algorithm>
#include <cstdint>

namespace forerun {

class OverdueCall {
public:
    static constexpr std::int64_t look_period_nanoseconds = 5'000'000;  // how often look() is to be called

    explicit OverdueCall(std::int64_t limit_nanoseconds)
        : limit_nanoseconds_(limit_nanoseconds),
          least_looks_(std::max<std::int64_t>(1, limit_nanoseconds / look_period_nanoseconds / 4)) {}

    // `call` is the number of the call that runs now, 0 when none does. `cpu_nanoseconds()` is the CPU time of its thread;
    // reading it costs a system call, so it is asked for only when it matters.
    template <typename CpuTime>
    bool look(std::uint64_t call, std::int64_t now_nanoseconds, CpuTime cpu_nanoseconds) {
        if (call == 0 || call != call_) {
            call_ = call;
            looks_ = 0;
            since_nanoseconds_ = now_nanoseconds;
            if (call != 0) cpu_since_nanoseconds_ = cpu_nanoseconds();
            return false;
        }
        ++looks_;
        return looks_ >= least_looks_ && now_nanoseconds - since_nanoseconds_ >= limit_nanoseconds_ &&
               cpu_nanoseconds() - cpu_since_nanoseconds_ >= limit_nanoseconds_ / 2;
    }

private:
    std::int64_t limit_nanoseconds_;
    std::int64_t least_looks_;
    std::uint64_t call_ = 0;
    std::int64_t looks_ = 0;
    std::int64_t since_nanoseconds_ = 0;
    std::int64_t cpu_since_nanoseconds_ = 0;
};

}  // namespace forerun
