// The thread on which a live engine's conductor runs: a turn every half millisecond, until it is ended.
//
// A turn that fails (there is no memory) need not be the last: what sounds sounds on, and displays are told. Offline there is
// no such thread (offline_rendering.h).
#pragma once

#include <atomic>

#include "shared/threads/guarded_thread.h"
#include "shared/time/sample_clock.h"

namespace forerun {

class Conductor;
class NotificationRing;

class ConductorThread {
public:
    // Both outlive the thread.
    ConductorThread(const SampleClock& clock, NotificationRing& notifications)
        : clock_(clock), notifications_(notifications) {}

    // Once. [owner]
    void start(Conductor& conductor);
    // Ends it. False: it was not running. [owner]
    bool stop() noexcept;

private:
    void conduct(Conductor& conductor);
    void report_failure(const char* why) noexcept;

    const SampleClock& clock_;
    NotificationRing& notifications_;
    std::atomic<bool> stopping_{false};
    GuardedThread thread_;
};

}  // namespace forerun
