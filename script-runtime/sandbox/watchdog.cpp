#include "script-runtime/sandbox/watchdog.h"

#include <algorithm>
#include <chrono>

#include "shared/time/sample_clock.h"

namespace forerun {

Watchdog::Watchdog(std::int64_t limit_milliseconds, std::function<void()> started)
    : limit_nanoseconds_(limit_milliseconds * 1'000'000),
      thread_(
          [this, started = std::move(started)] {
              if (started) started();
              run();
          },
          [](const char*) {}) {}  // run() does not throw

Watchdog::~Watchdog() {
    {
        std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
    thread_.join();
}

Watchdog::Guard::Guard(Watchdog& watchdog, LuaHost& host) : watchdog_(watchdog), host_(host) {
    std::lock_guard lock(watchdog_.mutex_);
    watchdog_.watched_.push_back({&host, ThreadTime(), OverdueCall(watchdog_.limit_nanoseconds_)});
}

Watchdog::Guard::~Guard() {
    std::lock_guard lock(watchdog_.mutex_);
    std::erase_if(watchdog_.watched_, [this](const Watched& w) { return w.host == &host_; });
}

void Watchdog::run() {
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        changed_.wait_for(lock, std::chrono::nanoseconds(OverdueCall::look_period_nanoseconds));
        for (auto& watched : watched_) {
            const auto cpu_time = [&] { return watched.time.nanoseconds(); };
            if (watched.call.look(watched.host->call_number(), monotonic_nanoseconds(), cpu_time))
                watched.host->interrupt();
        }
    }
}

}  // namespace forerun
