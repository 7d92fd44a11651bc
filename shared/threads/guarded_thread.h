// A thread whose exceptions do not end the program but are passed to its owner.
//
// An exception that leaves a std::thread's function ends the process, with its sound and recordings. So Forerun uses no bare
// std::thread (tests/house/test_house.cpp checks that): the owner handles the failure. Code that can continue after an exception
// catches it in its own loop; this is the last resort.
#pragma once

#include <exception>
#include <thread>
#include <utility>

namespace forerun {

// Calls `run`, and `failed(const char* what)` if it throws. `failed` must not throw; `what` is valid during the call.
template <typename Run, typename Failed>
void run_guarded(Run&& run, Failed&& failed) noexcept {
    try {
        run();
    } catch (const std::exception& error) {
        failed(error.what());
    } catch (...) {
        failed("an exception of no known kind");
    }
}

class GuardedThread {
public:
    GuardedThread() = default;
    // `failed` is called on the new thread, at most once, as its last action. Throws std::system_error when no thread can be
    // created.
    template <typename Run, typename Failed>
    GuardedThread(Run run, Failed failed)
        : thread_([run = std::move(run), failed = std::move(failed)]() mutable { run_guarded(run, failed); }) {}

    bool joinable() const noexcept { return thread_.joinable(); }
    void join() { thread_.join(); }

private:
    std::thread thread_;
};

}  // namespace forerun
