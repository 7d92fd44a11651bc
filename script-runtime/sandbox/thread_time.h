// CPU time of a thread, as another thread sees it: tells a script that runs for ever from a thread that is not scheduled.
#pragma once

#include <cstdint>

namespace forerun {

class ThreadTime {
public:
    ThreadTime();  // of the calling thread
    // CPU time the thread has used, in nanoseconds; where the system cannot tell, monotonic time. [any thread, while it runs]
    std::int64_t nanoseconds() const noexcept;

private:
    long clock_ = 0;
    bool known_ = false;
};

}  // namespace forerun
