// Interrupts script calls that do not return.
//
// A call is interrupted when it has run for the limit by the monotonic clock and its thread has used half the limit of CPU
// time meanwhile: a thread that the system does not schedule is no script's fault. The interruption is repeated until the
// call has ended, because a script may swallow errors.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "script-runtime/lua_host.h"
#include "script-runtime/thread_time.h"

namespace forerun {

class Watchdog {
public:
    // started: called first on the watchdog's own thread (to raise its priority above the workers').
    explicit Watchdog(std::int64_t limit_milliseconds, std::function<void()> started = {});
    ~Watchdog();
    Watchdog(const Watchdog&) = delete;
    Watchdog& operator=(const Watchdog&) = delete;

    // Watches a host whose scripts run on the calling thread, until the guard ends on that thread.
    class Guard {
    public:
        Guard(Watchdog& watchdog, LuaHost& host);
        ~Guard();
        Guard(const Guard&) = delete;
        Guard& operator=(const Guard&) = delete;

    private:
        Watchdog& watchdog_;
        LuaHost& host_;
    };

private:
    struct Watched {
        LuaHost* host;
        ThreadTime time;
        std::uint64_t call = 0;  // the call seen last, since when, and the CPU time it had then
        std::int64_t since_nanoseconds = 0;
        std::int64_t cpu_nanoseconds = 0;
    };
    void run();
    void look(Watched& watched, std::int64_t now);

    const std::int64_t limit_nanoseconds_;
    std::mutex mutex_;  // never taken by the audio thread
    std::condition_variable changed_;
    std::vector<Watched> watched_;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace forerun
