// Makes another thread call a function now, in the middle of whatever it does.
//
// Where there are POSIX signals, by SIGURG, which is nobody else's business as a rule: the function runs on the thread that
// is interrupted, between two of its instructions, and may only do what a signal handler may. Elsewhere, and under
// ThreadSanitizer (which holds signals back until the next call into it, and a compiled loop makes none), it runs on the
// thread that asks.
#pragma once

#include <atomic>
#include <thread>

namespace forerun {

class ThreadInterrupt {
public:
    using Handler = void (*)(void* subject) noexcept;

    // `handler(subject)` is what an interruption calls.
    ThreadInterrupt(Handler handler, void* subject);

    // Sets the process's signal handler, once, where there is one. For whoever cannot make system calls later. [any thread]
    static void prepare();

    // The calling thread can be interrupted from here to leave(). One at a time per thread. Cheap: no system call.
    void enter() noexcept;
    void leave() noexcept;

    // Interrupts the thread that is inside. It must not end meanwhile. [any thread]
    void interrupt() noexcept;

    // For the signal handler.
    void handle() noexcept { handler_(subject_); }

private:
    const Handler handler_;
    void* const subject_;
    std::atomic<std::thread::native_handle_type> thread_{};  // written by enter()
};

}  // namespace forerun
