// Interrupts script calls that do not return.
//
// overdue_call.h decides when. The interruption is repeated until the call has ended, because a script may catch errors.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <vector>

#include "script-runtime/host/lua_host.h"
#include "script-runtime/sandbox/overdue_call.h"
#include "script-runtime/sandbox/thread_time.h"
#include "shared/threads/guarded_thread.h"

namespace forerun {

class Watchdog {
public:
    // started: called first on the watchdog's thread (to raise its priority above the workers').
    explicit Watchdog(std::int64_t limit_milliseconds, std::function<void()> started = {});
    ~Watchdog();
    Watchdog(const Watchdog&) = delete;
    Watchdog& operator=(const Watchdog&) = delete;

    // Watches a host that runs on the calling thread, until the guard's destruction on that thread.
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
        OverdueCall call;
    };
    void run();

    const std::int64_t limit_nanoseconds_;
    std::mutex mutex_;  // never taken by the audio thread
    std::condition_variable changed_;
    std::vector<Watched> watched_;
    bool stopping_ = false;
    GuardedThread thread_;
};

}  // namespace forerun
