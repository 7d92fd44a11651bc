// A thread that cannot end the program: what its function throws becomes a line for its owner.
//
// An exception that leaves a std::thread's function ends the process, sound and recordings with it. So no thread of Forerun is
// a bare std::thread (tests/house/test_house.cpp): its owner says what becomes of a failure. Work that can go on catches inside its
// own loop and reports there; this is what remains.
#pragma once

#include <exception>
#include <thread>
#include <utility>

namespace forerun {

// Calls `run`; what it throws is `failed(const char* what)`, which must not throw. The text lives as long as the call.
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
    // `failed` is called on the new thread, at most once, as the last it does. Throws std::system_error when the system has no
    // more threads.
    template <typename Run, typename Failed>
    GuardedThread(Run run, Failed failed)
        : thread_([run = std::move(run), failed = std::move(failed)]() mutable { run_guarded(run, failed); }) {}

    bool joinable() const noexcept { return thread_.joinable(); }
    void join() { thread_.join(); }

private:
    std::thread thread_;
};

}  // namespace forerun
