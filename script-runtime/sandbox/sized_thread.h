// A thread with a defined stack size; scripts run only on such threads.
//
// Scripts can call C functions that call back (table.sort, string.gsub with a function), and Lua's parser is recursive, so the
// stack size limits what a script can do. The default size depends on `ulimit -s`: 2 MiB if unlimited, possibly some hundred KiB.
// lua_state.h has the part that a script may use.
//
// Otherwise like GuardedThread, but the destructor joins a running thread.
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
    // Calls failed(const char* what) on the new thread if `body` throws. Throws std::system_error when no thread can be created.
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

// Runs the function on such a thread, waits for it, and returns its result or rethrows its exception. [any thread that may wait]
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

// Remaining stack of the calling thread in bytes; a low estimate if the system does not report it. The first call on a thread
// makes system calls.
std::size_t stack_bytes_left() noexcept;

}  // namespace forerun
