// The monotonic clock as a worker last read it. Reading it costs a thirtieth of a quantum, so it is read between stretches of
// work, and code inside a stretch uses this copy.
#pragma once

#include <cstdint>

#include "shared/time/sample_clock.h"

namespace forerun {

// Belongs to the worker's thread. Nanoseconds.
class WorkTime {
public:
    std::int64_t now() const { return now_; }
    std::int64_t read() { return now_ = monotonic_nanoseconds(); }

private:
    std::int64_t now_ = 0;
};

}  // namespace forerun
