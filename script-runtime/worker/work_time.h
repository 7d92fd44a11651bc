// The monotonic clock as a worker last read it. Reading it costs a thirtieth of a quantum, so it is read where a stretch of
// work ends and the next one begins, and all that lies between looks here.
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
