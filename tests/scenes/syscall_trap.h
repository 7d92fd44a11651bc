// Counts the system calls that a piece of code makes on its own thread: Syscall User Dispatch (Linux 5.11, x86-64).
//
// While a SyscallTrap::Watch lives, a system call of its thread raises SIGSYS instead of being made. The handler counts
// it, notes its number, lets the call fail with ENOSYS and the rest of the watch pass (its own return is a system call):
// a watch counts at most one. Calls that the C library answers without the kernel (the clock) are none.
//
// Under ThreadSanitizer a Watch watches nothing (can_count): that runtime calls the kernel itself, inside any code, when
// its locks are contended or its traces need memory.
#pragma once

#include <cstdint>

#if defined(__linux__) && defined(__x86_64__)
#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <ucontext.h>
#define FORERUN_HAS_SYSCALL_TRAP 1
#else
#define FORERUN_HAS_SYSCALL_TRAP 0
#endif

namespace forerun::test {

class SyscallTrap {
public:
    // Prepares the calling thread. See available().
    SyscallTrap() {
#if FORERUN_HAS_SYSCALL_TRAP
        struct sigaction action {};
        action.sa_sigaction = &trapped;
        action.sa_flags = SA_SIGINFO;
        sigaction(SIGSYS, &action, &before_);
        selector() = allow;
        available_ = can_count() && prctl(set_syscall_user_dispatch, 1, 0, 0, &selector()) == 0;
#endif
    }
    ~SyscallTrap() {
#if FORERUN_HAS_SYSCALL_TRAP
        selector() = allow;
        prctl(set_syscall_user_dispatch, 0, 0, 0, 0);
        sigaction(SIGSYS, &before_, nullptr);
#endif
    }
    SyscallTrap(const SyscallTrap&) = delete;
    SyscallTrap& operator=(const SyscallTrap&) = delete;

    // False where the kernel has no Syscall User Dispatch, or can_count is false: then nothing is ever counted.
    bool available() const { return available_; }

    static constexpr bool can_count() {
#if defined(__SANITIZE_THREAD__)
        return false;
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
        return false;
#endif
#endif
        return true;
    }

    // Watches with a system call in them, and the number of the last one.
    std::int64_t count() const { return counted(); }
    int last_number() const { return number(); }

    class Watch {
    public:
        Watch() { selector() = block; }
        ~Watch() { selector() = allow; }
        Watch(const Watch&) = delete;
        Watch& operator=(const Watch&) = delete;
    };

private:
    static constexpr int set_syscall_user_dispatch = 59;
    static constexpr char allow = 0, block = 1;

    // Read by the kernel at every system call of the thread.
    static volatile char& selector() {
        static thread_local volatile char value = allow;
        return value;
    }
    static volatile std::int64_t& counted() {
        static volatile std::int64_t value = 0;
        return value;
    }
    static volatile int& number() {
        static volatile int value = -1;
        return value;
    }
#if FORERUN_HAS_SYSCALL_TRAP
    static void trapped(int, siginfo_t* information, void* context) {
        selector() = allow;
        static_cast<ucontext_t*>(context)->uc_mcontext.gregs[REG_RAX] = -ENOSYS;
        counted() = counted() + 1;
        number() = information->si_syscall;
    }
    struct sigaction before_ {};
#endif
    bool available_ = false;
};

}  // namespace forerun::test
