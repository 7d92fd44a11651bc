#include "script-runtime/sandbox/thread_time.h"

#include "shared/time/sample_clock.h"

#if defined(__unix__)
#include <pthread.h>
#include <time.h>
#endif

namespace forerun {

#if defined(__unix__)

ThreadTime::ThreadTime() {
    clockid_t clock;
    known_ = pthread_getcpuclockid(pthread_self(), &clock) == 0;
    if (known_) clock_ = clock;
}

std::int64_t ThreadTime::nanoseconds() const noexcept {
    timespec time{};
    if (!known_ || clock_gettime(static_cast<clockid_t>(clock_), &time) != 0) return monotonic_nanoseconds();
    return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

#else

ThreadTime::ThreadTime() = default;
std::int64_t ThreadTime::nanoseconds() const noexcept { return monotonic_nanoseconds(); }

#endif

}  // namespace forerun
