// When a worker collects Lua garbage: while nothing needs rendering, as soon as a quarter more has come together than was left
// after the last cycle; where something always needs rendering, a step at a time when it is twice as much. A cycle that has
// begun goes on in the same way.
#pragma once

#include <cstdint>

namespace forerun {

class GarbagePace {
public:
    // bytes: used by the scripts. rings_are_full: nothing needs rendering.
    bool wants_step(std::uint64_t bytes, bool rings_are_full) const {
        if (!collecting_ && bytes < kept_bytes_ + kept_bytes_ / 4 + slack_bytes) return false;
        return rings_are_full || bytes >= 2 * kept_bytes_ + 8 * slack_bytes;
    }
    // A step was made. bytes: what is left.
    void stepped(bool ends_cycle, std::uint64_t bytes) {
        collecting_ = !ends_cycle;
        if (ends_cycle) kept_bytes_ = bytes;
    }

private:
    static constexpr std::uint64_t slack_bytes = 1u << 20;

    std::uint64_t kept_bytes_ = 0;  // by the last cycle
    bool collecting_ = false;       // a cycle has begun
};

}  // namespace forerun
