// Makes another thread call a function at once, whatever it is doing.
//
// With POSIX signals, by SIGURG, which programs rarely use: the function runs on the interrupted thread, between two of its
// instructions, with the restrictions of a signal handler. On other systems, and under ThreadSanitizer (which defers signals until
// the thread calls into its runtime, as compiled loops never do), it runs on the requesting thread.
#pragma once

#include <atomic>
#include <thread>

namespace forerun {

class ThreadInterrupt {
public:
    using Handler = void (*)(void* subject) noexcept;

    // An interruption calls handler(subject).
    ThreadInterrupt(Handler handler, void* subject);

    // Installs the process's signal handler, once, if there is one; for threads that cannot make system calls later. [any thread]
    static void prepare();

    // The calling thread can be interrupted from here until leave(). One at a time per thread. Makes no system call.
    void enter() noexcept;
    void leave() noexcept;

    // Interrupts the thread that has entered. It must not end meanwhile. [any thread]
    void interrupt() noexcept;

    // For the signal handler.
    void handle() noexcept { handler_(subject_); }

private:
    const Handler handler_;
    void* const subject_;
    std::atomic<std::thread::native_handle_type> thread_{};  // written by enter()
};

}  // namespace forerun
