// Without libseccomp: the list is short, and programs that link Forerun need no further library.
#include "script-runtime/sandbox/script_thread_filter.h"

#if defined(__linux__) && (defined(__x86_64__) || defined(__aarch64__))
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <initializer_list>

namespace forerun {
namespace {

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(realtime_sanitizer) || \
    __has_feature(memory_sanitizer)
#define FORERUN_SANITIZED 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define FORERUN_SANITIZED 1
#endif

#if defined(__x86_64__)
constexpr std::uint32_t architecture = AUDIT_ARCH_X86_64;
#else
constexpr std::uint32_t architecture = AUDIT_ARCH_AARCH64;
#endif
constexpr std::uint32_t first_x32_call = 0x4000'0000;

constexpr std::uint32_t low_word(int argument) {
    return static_cast<std::uint32_t>(offsetof(seccomp_data, args) +
                                      sizeof(std::uint64_t) * static_cast<std::size_t>(argument));
}

class Program {
public:
    void add(std::uint16_t code, std::uint32_t value, std::uint8_t if_true = 0, std::uint8_t if_false = 0) {
        if (size_ == most) return;
        steps_[size_++] = {code, if_true, if_false, value};
    }
    void load(std::size_t offset) { add(BPF_LD | BPF_W | BPF_ABS, static_cast<std::uint32_t>(offset)); }
    void answer(std::uint32_t action) { add(BPF_RET | BPF_K, action); }
    void answer_call(long number, std::uint32_t action) {
        add(BPF_JMP | BPF_JEQ | BPF_K, static_cast<std::uint32_t>(number), 0, 1);
        answer(action);
    }
    struct Argument {
        int index;
        std::uint32_t value;
        bool bits = false;  // tests for any of these bits, instead of equality
    };
    // Allows a call with these arguments (ints, so the lower 32 bits are compared), and refuses all others of this number.
    void allow_with(long number, std::initializer_list<Argument> arguments) {
        const auto steps = static_cast<std::uint8_t>(3 * arguments.size() + 1);
        add(BPF_JMP | BPF_JEQ | BPF_K, static_cast<std::uint32_t>(number), 0, steps);
        for (const auto& a : arguments) {
            load(low_word(a.index));
            add(static_cast<std::uint16_t>(BPF_JMP | (a.bits ? BPF_JSET : BPF_JEQ) | BPF_K), a.value, 1, 0);
            answer(refused);
        }
        answer(SECCOMP_RET_ALLOW);
    }
    bool install() {
        sock_fprog program{static_cast<unsigned short>(size_), steps_};
        if (size_ == most) return false;
        const auto set = [&](unsigned flags) {
            return syscall(__NR_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program) == 0;
        };
        // Before Linux 5.16 a filter also enabled speculation mitigations, which scripts without clocks do not need.
        return set(SECCOMP_FILTER_FLAG_SPEC_ALLOW) || (errno == EINVAL && set(0));
    }
    static constexpr std::uint32_t refused = SECCOMP_RET_ERRNO | EPERM;

private:
    static constexpr std::size_t most = 400;
    sock_filter steps_[most] = {};
    std::size_t size_ = 0;
};

// Calls of rendering, LuaJIT, the C library and the end of a thread, with any arguments.
constexpr long allowed[] = {
    __NR_futex,
    __NR_clock_nanosleep,
    __NR_clock_gettime,
    __NR_madvise,
    __NR_munmap,
    __NR_mprotect,
    __NR_mremap,
    __NR_brk,
    __NR_nanosleep,
    __NR_clock_getres,
    __NR_gettimeofday,
    __NR_sched_yield,
    __NR_restart_syscall,
    __NR_getrandom,
    // Identity of the thread
    __NR_getpid,
    __NR_gettid,
    __NR_getcpu,
    __NR_getrusage,
    __NR_sched_getscheduler,
    __NR_sched_getparam,
    __NR_sched_getaffinity,
    // Interruptions by the watchdog; the thread's end, and the program's
    __NR_rt_sigreturn,
    __NR_rt_sigprocmask,
    __NR_sigaltstack,
    __NR_set_robust_list,
    __NR_exit,
    __NR_exit_group,
    // Paths, not content of files
    __NR_fstat,
    __NR_newfstatat,
    __NR_statx,
    __NR_readlinkat,
    __NR_getcwd,
#ifdef __NR_rseq
    __NR_rseq,
#endif
#ifdef __NR_stat  // x86-64 has the older ones, too
    __NR_stat,
    __NR_lstat,
    __NR_readlink,
    __NR_time,
#endif
#ifdef FORERUN_SANITIZED
    // Sanitizer runtimes read the process's own maps, limits and threads.
    __NR_close,
    __NR_read,
    __NR_pread64,
    __NR_lseek,
    __NR_prlimit64,
    __NR_prctl,
    __NR_rt_sigaction,
    __NR_ioctl,
    __NR_getdents64,
    __NR_tgkill,
    __NR_tkill,
    // They test whether memory is readable by writing it into a pipe.
    __NR_pipe2,
    __NR_write,
#ifdef __NR_pipe
    __NR_pipe,
#endif
#endif
};

// A voice never makes these calls: the process has been compromised.
constexpr long hostile[] = {__NR_execve, __NR_execveat, __NR_ptrace, __NR_process_vm_readv, __NR_process_vm_writev};

}  // namespace

bool load_script_thread_filter(bool own_priority) noexcept {
    Program program;
    program.load(offsetof(seccomp_data, arch));
    program.add(BPF_JMP | BPF_JEQ | BPF_K, architecture, 1, 0);
    program.answer(SECCOMP_RET_KILL_PROCESS);
    program.load(offsetof(seccomp_data, nr));
#if defined(__x86_64__)
    program.add(BPF_JMP | BPF_JGE | BPF_K, first_x32_call, 0, 1);
    program.answer(SECCOMP_RET_KILL_PROCESS);
#endif
    for (const auto number : allowed) program.answer_call(number, SECCOMP_RET_ALLOW);
    // Anonymous memory only: open files are the program's, and may be a recording.
    program.allow_with(__NR_mmap, {{3, MAP_ANONYMOUS, true}});
    // Output of print, and the message of abort().
    program.allow_with(__NR_write, {{0, STDERR_FILENO}});
    program.allow_with(__NR_writev, {{0, STDERR_FILENO}});
#ifndef FORERUN_SANITIZED
    program.allow_with(__NR_tgkill, {{0, static_cast<std::uint32_t>(getpid())},
                                     {1, static_cast<std::uint32_t>(syscall(__NR_gettid))},
                                     {2, SIGABRT}});
#else
    program.add(BPF_JMP | BPF_JEQ | BPF_K, __NR_openat, 0, 4);
    program.load(low_word(2));
    program.add(BPF_JMP | BPF_JSET | BPF_K, O_WRONLY | O_RDWR | O_CREAT | O_TRUNC | O_APPEND, 0, 1);
    program.answer(Program::refused);
    program.answer(SECCOMP_RET_ALLOW);
#endif
    if (own_priority) program.allow_with(__NR_sched_setscheduler, {{0, 0}});
    for (const auto number : hostile) program.answer_call(number, SECCOMP_RET_KILL_PROCESS);
    program.answer(Program::refused);
    return program.install();
}

}  // namespace forerun
#endif
