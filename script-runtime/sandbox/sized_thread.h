// A thread whose stack has a size that we know: scripts run on such a one and nowhere else.
//
// Scripts reach C functions that call back (table.sort, string.gsub with a function), and Lua's parser calls itself, so how
// much stack a thread has is part of what a script may do. What the system gives otherwise depends on `ulimit -s`: 2 MiB
// where it is unlimited, some hundred KiB where somebody made it small. What a script may use of it stands in lua_state.h.
//
// Otherwise like std::thread, but a thread that still runs is joined, not a reason to end the program.
#pragma once

#include <cstddef>
#include <exception>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include "shared/threads/guarded_thread.h"

#if defined(__unix__) || defined(__APPLE__)
#include <pthread.h>
#else
#include <thread>
#endif

namespace forerun {

inline constexpr std::size_t script_stack_bytes = 8u << 20;

class SizedThread {
public:
    SizedThread() = default;
    // As GuardedThread: what `body` throws is `failed(const char* what)`, on the new thread. Throws std::system_error when
    // there can be no more threads.
    template <typename Body, typename Failed>
    SizedThread(Body body, Failed failed) {
        start(std::make_unique<Held<Body, Failed>>(std::move(body), std::move(failed)));
    }
    ~SizedThread() { join(); }
    SizedThread(SizedThread&& other) noexcept { *this = std::move(other); }
    SizedThread& operator=(SizedThread&& other) noexcept {
        join();
        thread_ = std::move(other.thread_);
        joinable_ = std::exchange(other.joinable_, false);
        return *this;
    }

    bool joinable() const noexcept { return joinable_; }
    void join() noexcept;

private:
    struct Work {
        virtual ~Work() = default;
        virtual void run() = 0;
    };
    template <typename Body, typename Failed>
    struct Held final : Work {
        Held(Body given, Failed otherwise) : body(std::move(given)), failed(std::move(otherwise)) {}
        void run() override { run_guarded(body, failed); }
        Body body;
        Failed failed;
    };
    void start(std::unique_ptr<Work> work);
    static void* run(void* work);

#if defined(__unix__) || defined(__APPLE__)
    pthread_t thread_{};
#else
    std::thread thread_;
#endif
    bool joinable_ = false;
};

// Runs the function on such a thread and waits for it: returns what it returns, throws what it throws. [any thread that may
// wait]
template <typename Function>
auto on_sized_thread(Function&& function) -> std::invoke_result_t<Function> {
    using Result = std::invoke_result_t<Function>;
    std::exception_ptr thrown;
    std::optional<std::conditional_t<std::is_void_v<Result>, bool, Result>> result;
    SizedThread thread(
        [&] {
            if constexpr (std::is_void_v<Result>)
                function();
            else
                result.emplace(function());
        },
        [&](const char*) { thrown = std::current_exception(); });
    thread.join();
    if (thrown) std::rethrow_exception(thrown);
    if constexpr (std::is_void_v<Result>)
        return;
    else
        return std::move(*result);
}

// How many bytes of stack the calling thread has left below this call; a guess on the small side where the system does not
// say. The first call on a thread asks the system.
std::size_t stack_bytes_left() noexcept;

}  // namespace forerun
