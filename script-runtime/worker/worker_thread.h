// A worker's thread: warms up once, then steps until it is stopped; sleeps when nothing is due, unless it is woken.
//
//   owner    start() ── wait_until_warm() … wake() … stop()
//   thread   body(): warmed(nullptr or what was thrown), then while (!stopping()) … sleep(longest)
//
// wake() is for any thread and never waits. One that comes before the sleep is not lost: the sleep ends at once.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <exception>
#include <future>
#include <memory>
#include <stdexcept>
#include <utility>

#include "script-runtime/sandbox/sized_thread.h"

namespace forerun {

class WorkerThread {
public:
    WorkerThread();
    ~WorkerThread();  // stops
    WorkerThread(const WorkerThread&) = delete;
    WorkerThread& operator=(const WorkerThread&) = delete;

    // Runs `body` on the thread, which calls warmed() in it once. What it throws before that is what warming threw. [owner]
    template <typename Body>
    void start(Body body) {
        thread_ = SizedThread(std::move(body),
                              [this](const char* why) { warmed(std::make_exception_ptr(std::runtime_error(why))); });
    }
    // So long at most; true when the warming has ended. Throws, once, what it threw. [owner]
    bool wait_until_warm(std::chrono::milliseconds longest);
    void stop() noexcept;  // joins; at once when it never started [owner]
    void wake() noexcept;  // [any thread]

    bool stopping() const noexcept { return stopping_.load(std::memory_order_acquire); }  // [any thread]
    void warmed(std::exception_ptr thrown) { warm_.set_value(std::move(thrown)); }        // [the thread]
    // Until it is woken, so long at most. [the thread]
    void sleep(std::int64_t microseconds) noexcept;

private:
    struct Wakeup;
    std::unique_ptr<Wakeup> wakeup_;
    std::atomic<bool> stopping_{false};
    // What was thrown, or null. Not set_exception: this thread would drop its part in the exception while the other reads it.
    std::promise<std::exception_ptr> warm_;
    std::future<std::exception_ptr> warm_result_ = warm_.get_future();
    SizedThread thread_;  // last: it is joined before what it uses goes
};

}  // namespace forerun
