// Decides when a script call has taken too long; reads no clocks itself.
//
// A call is overdue when since its first observation: the limit has passed on the monotonic clock; its thread has used half the
// limit of CPU time, because a script is not responsible if its thread is not scheduled; and there were enough observations,
// because a paused (virtual) machine advances both clocks.
#pragma once

#include <algorithm>
#include <cstdint>

namespace forerun {

class OverdueCall {
public:
    static constexpr std::int64_t look_period_nanoseconds = 5'000'000;  // how often look() must be called

    explicit OverdueCall(std::int64_t limit_nanoseconds)
        : limit_nanoseconds_(limit_nanoseconds),
          least_looks_(std::max<std::int64_t>(1, limit_nanoseconds / look_period_nanoseconds / 4)) {}

    // True when overdue. `call`: the number of the current call, 0 for none. `cpu_nanoseconds()`: the CPU time of its thread; this
    // takes a system call, so it is only called when needed.
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
