// A thread of the audio thread's priority that only wakes up every millisecond and reads the clock. When it is late, the whole
// machine paused, which no program can prevent: such dropouts are separated from our own.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

#include "shared/metrics/histogram.h"
#include "shared/threads/guarded_thread.h"

namespace forerun::measure {

struct Pause {
    std::int64_t from_nanoseconds = 0, to_nanoseconds = 0;  // when it was due, when it came; monotonic
};

class Sentinel {
public:
    static constexpr std::int64_t period_nanoseconds = 1'000'000;
    static constexpr std::int64_t noticeable_nanoseconds = 1'000'000;

    // With that SCHED_FIFO priority, where it is allowed; 0: an ordinary thread.
    explicit Sentinel(int priority);
    ~Sentinel() { stop(); }
    Sentinel(const Sentinel&) = delete;
    Sentinel& operator=(const Sentinel&) = delete;

    void stop();
    // After stop(). The first throws what ended the thread before.
    void require_complete() const;
    const std::vector<Pause>& pauses() const { return pauses_; }
    const Histogram& lateness_nanoseconds() const { return lateness_; }

private:
    void run(int priority);

    Histogram lateness_;
    std::vector<Pause> pauses_;
    std::atomic<bool> stopping_{false};
    std::string failure_;  // read when the thread is joined
    GuardedThread thread_;
};

}  // namespace forerun::measure
