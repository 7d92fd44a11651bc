// A worker: a thread that serves an engine's share (engine_share.h) until it is stopped.
//
// It loads and warms the share's scripts, then calls step() until nothing is due, and sleeps until something is, or until the
// conductor wakes it. No thread ever waits for a worker.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <exception>
#include <future>
#include <memory>
#include <optional>

#include "script-runtime/sandbox/script_reader.h"
#include "script-runtime/worker/activity_line.h"
#include "script-runtime/worker/worker_thread.h"
#include "shared/configuration.h"
#include "shared/script_runtime.h"
#include "shared/worker_side.h"

namespace forerun {

class EngineShare;
class SchedulingWatch;
class ShareScripts;
class Watchdog;

class Worker {
public:
    Worker(std::uint32_t index, SharedState& state, const Configuration& configuration, const Rig& rig,
           const WorkerSetup& setup);
    ~Worker();  // stops
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;

    // Starts the thread, which makes its Lua state and warms every instrument. It reads scripts through `reader`, of which it
    // is one user until it is warm; nullptr where scripts are trusted, and then there is no wall around it. [owner]
    void start(Watchdog& watchdog, ScriptRuntime::ThreadStarted thread_started, const ScriptReader* reader);
    // Waits for the warming to end, so long at most; true when it has ended. Throws BadInput when a script failed in it. [owner]
    bool wait_until_warm(std::chrono::milliseconds longest) { return thread_.wait_until_warm(longest); }
    // The instrument that is compiled and warmed now; −1: all are. [any thread]
    std::int32_t warming_instrument() const { return warming_instrument_.load(std::memory_order_relaxed); }
    void wake() noexcept { thread_.wake(); }  // [any thread]
    // Makes new versions ready; the future has what was thrown, or null. When it is warm. [owner]
    std::future<std::exception_ptr> prepare(const ScriptReload& reload);
    void stop() noexcept { thread_.stop(); }  // [owner] joins

private:
    void run(Watchdog& watchdog, std::optional<ScriptReader::User>& reads, const ReadScript& read);
    void load_scripts(const ReadScript& read);
    void serve();
    void sleep();
    void report_failure(const char* why) noexcept;

    const std::uint32_t index_;
    const WorkerSide state_;
    const Configuration& configuration_;
    const Rig& rig_;
    const WorkerSetup setup_;
    WorkerProbe* const probe_;  // or null
    ActivityLine activity_;
    std::unique_ptr<ShareScripts> scripts_;
    std::unique_ptr<SchedulingWatch> scheduling_;
    std::unique_ptr<EngineShare> share_;
    std::atomic<std::int32_t> warming_instrument_{0};
    WorkerThread thread_;  // last: it is joined before what it uses goes
};

}  // namespace forerun
