// CPU time of a thread, readable from other threads: distinguishes an endless script from a thread that is not scheduled.
#pragma once

#include <cstdint>

namespace forerun {

class ThreadTime {
public:
    ThreadTime();  // of the calling thread
    // CPU time of the thread; monotonic time if the system does not report it. [any thread, while the thread runs]
    std::int64_t nanoseconds() const noexcept;

private:
    long clock_ = 0;
    bool known_ = false;
};

}  // namespace forerun
