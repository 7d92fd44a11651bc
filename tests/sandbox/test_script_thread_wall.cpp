// The wall around threads that run scripts: what it refuses, what must work, and that the engine's workers have it.
#include "tests/scenes/catch.h"

#if defined(__linux__)
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstring>
#include <fstream>
#include <functional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "rt-engine/forerun.h"
#include "script-runtime/sandbox/script_thread.h"
#include "script-runtime/sandbox/watchdog.h"
#include "shared/script_runtime.h"
#include "tests/scenes/live_engine.h"
#include "tests/scenes/program.h"

using namespace forerun;

namespace {

// Sanitizers' runtimes read files and set handlers behind the wall, so their builds allow that.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool sanitized = true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(realtime_sanitizer)
constexpr bool sanitized = true;
#else
constexpr bool sanitized = false;
#endif
#else
constexpr bool sanitized = false;
#endif

struct Attempt {
    const char* name;
    std::function<long()> call;  // straight to the kernel: what a library would refuse by itself proves nothing
};

// errno of each attempt on a thread behind the wall, 0 where it succeeded.
std::vector<int> errors_behind_the_wall(const std::vector<Attempt>& attempts) {
    return on_script_thread(false, [&](const ReadScript&) {
        std::vector<int> errors;
        for (const auto& attempt : attempts) errors.push_back(attempt.call() < 0 ? errno : 0);
        return errors;
    });
}

// How a process ends whose thread behind the wall does this: below 0, the signal; 99: it went on.
int end_of(const std::function<void()>& act) {
    const pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        std::signal(SIGABRT, SIG_DFL);  // Catch has handlers
        std::thread thread([&] {
            ScriptThreadWall::enter();
            act();
        });
        thread.join();
        _exit(99);
    }
    int status = 0;
    waitpid(child, &status, 0);
    return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

struct Task {
    std::string seccomp, no_new_privileges;
};
// Of all threads of this process.
std::vector<Task> tasks() {
    std::vector<Task> all;
    for (const auto& entry : std::filesystem::directory_iterator("/proc/self/task")) {
        std::ifstream in(entry.path() / "status");
        Task task;
        for (std::string line; std::getline(in, line);) {
            if (line.starts_with("Seccomp:\t")) task.seccomp = line.substr(9);
            if (line.starts_with("NoNewPrivs:\t")) task.no_new_privileges = line.substr(12);
        }
        all.push_back(task);
    }
    return all;
}
std::size_t filtered_tasks() {
    std::size_t count = 0;
    for (const auto& task : tasks()) count += task.seccomp == "2" && task.no_new_privileges == "1";
    return count;
}

template <typename... Arguments>
std::function<long()> call(long number, Arguments... arguments) {
    return [=] { return syscall(number, arguments...); };
}

}  // namespace

TEST_CASE("this kernel has both parts of the wall") {
    CHECK_THAT(ScriptThreadWall::description(), Catch::Contains("filter of system calls, Landlock"));
    CHECK_THAT(output_of("version").text, Catch::Contains("threads of scripts: filter of system calls, Landlock"));
}

TEST_CASE("behind the wall nothing can be opened, created, run, sent or inspected, and open files cannot be written") {
    const ScriptFolder folder;
    const auto file = folder.write("recording.wav", "sound");
    const auto path = file.string(), made = (folder.path() / "made").string();
    const int open_file = open(path.c_str(), O_RDWR);
    REQUIRE(open_file >= 0);
    int pipe_ends[2], pair[2];
    REQUIRE(pipe(pipe_ends) == 0);
    REQUIRE(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
    const auto thread_of_test = static_cast<long>(gettid());
    const char byte = 'x';
    struct iovec piece {
        const_cast<char*>(&byte), 1
    };
    struct sigaction action {};
    struct {
        std::uint64_t flags = O_WRONLY, mode = 0, resolve = 0;
    } how;
    std::vector<Attempt> attempts{
        {"open to write", call(SYS_openat, AT_FDCWD, path.c_str(), O_WRONLY)},
        {"open to read and write", call(SYS_openat, AT_FDCWD, path.c_str(), O_RDWR)},
        {"open to cut", call(SYS_openat, AT_FDCWD, path.c_str(), O_RDONLY | O_TRUNC)},
        {"open to make", call(SYS_openat, AT_FDCWD, made.c_str(), O_CREAT | O_WRONLY, 0600)},
        {"openat2", call(SYS_openat2, AT_FDCWD, path.c_str(), &how, sizeof how)},
        {"mkdirat", call(SYS_mkdirat, AT_FDCWD, made.c_str(), 0700)},
        {"symlinkat", call(SYS_symlinkat, path.c_str(), AT_FDCWD, made.c_str())},
        {"unlinkat", call(SYS_unlinkat, AT_FDCWD, path.c_str(), 0)},
        {"renameat2", call(SYS_renameat2, AT_FDCWD, path.c_str(), AT_FDCWD, made.c_str(), 0)},
        {"fchmodat", call(SYS_fchmodat, AT_FDCWD, path.c_str(), 0777)},
        {"truncate", call(SYS_truncate, path.c_str(), 0)},
        {"writev", call(SYS_writev, open_file, &piece, 1)},
        {"pwrite", call(SYS_pwrite64, open_file, &byte, 1, 0)},
        {"ftruncate", call(SYS_ftruncate, open_file, 0)},
        {"sendfile", call(SYS_sendfile, pair[0], open_file, nullptr, 1)},
        {"dup over standard error", call(SYS_dup3, open_file, STDERR_FILENO, 0)},
        {"map a file", call(SYS_mmap, nullptr, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, open_file, 0)},
        {"memfd_create", call(SYS_memfd_create, "x", 0)},
        {"fork",
         [] {
             const long child = syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
             if (child == 0) _exit(0);
             return child;
         }},
        {"unshare", call(SYS_unshare, 0x20000)},
        {"socket", call(SYS_socket, AF_INET, SOCK_STREAM, 0)},
        {"connect", call(SYS_connect, pair[0], nullptr, 0)},
        {"send", call(SYS_sendto, pair[0], &byte, 1, 0, nullptr, 0)},
        {"kill", call(SYS_kill, getpid(), 0)},
        {"io_uring_setup", call(SYS_io_uring_setup, 1, nullptr)},
        {"bpf", call(SYS_bpf, 0, nullptr, 0)},
        {"keyctl", call(SYS_keyctl, 0, 0, 0)},
        {"perf_event_open", call(SYS_perf_event_open, nullptr, 0, -1, -1, 0)},
        {"userfaultfd", call(SYS_userfaultfd, 1)},
        {"pidfd_open", call(SYS_pidfd_open, getpid(), 0)},
        {"mount", call(SYS_mount, "none", path.c_str(), "tmpfs", 0, nullptr)},
        {"raise its priority", call(SYS_sched_setscheduler, 0, 0, nullptr)},
    };
    if (!sanitized) {
        attempts.push_back({"write into an open file", call(SYS_write, open_file, &byte, 1)});
        attempts.push_back({"write into a pipe", call(SYS_write, pipe_ends[1], &byte, 1)});
        attempts.push_back({"signal another process's thread", call(SYS_tgkill, getppid(), getppid(), 0)});
        attempts.push_back({"setrlimit", call(SYS_prlimit64, getppid(), 0, nullptr, nullptr)});
        attempts.push_back({"open to read", call(SYS_openat, AT_FDCWD, path.c_str(), O_RDONLY)});
        attempts.push_back(
            {"set a handler that another thread would run", call(SYS_rt_sigaction, SIGUSR1, &action, nullptr, 8)});
        attempts.push_back({"type into the terminal", call(SYS_ioctl, STDERR_FILENO, 0x5412, &byte)});
        attempts.push_back({"prctl", call(SYS_prctl, 15, "x", 0, 0, 0)});
        attempts.push_back({"signal a thread", call(SYS_tgkill, getpid(), thread_of_test, 0)});
        attempts.push_back({"close", call(SYS_close, open_file)});
    }
    const auto errors = errors_behind_the_wall(attempts);
    for (std::size_t i = 0; i < attempts.size(); ++i) {
        INFO(attempts[i].name);
        CHECK(errors[i] == EPERM);
    }
    // The thread of the test has no wall.
    CHECK(write(open_file, &byte, 1) == 1);
    for (const int end : {open_file, pipe_ends[0], pipe_ends[1], pair[0], pair[1]}) close(end);
    CHECK(std::filesystem::exists(path));
    CHECK_FALSE(std::filesystem::exists(made));
}

TEST_CASE("a thread behind the wall that tries to run a program or inspect a process ends the process at once") {
    const char* arguments[] = {"/bin/true", nullptr};
    CHECK(end_of([&] { syscall(SYS_execve, "/bin/true", arguments, nullptr); }) == -SIGSYS);
    CHECK(end_of([&] { syscall(SYS_execveat, AT_FDCWD, "/bin/true", arguments, nullptr, 0); }) == -SIGSYS);
    CHECK(end_of([] { syscall(SYS_ptrace, PTRACE_TRACEME, 0, nullptr, nullptr); }) == -SIGSYS);
    CHECK(end_of([] { syscall(SYS_process_vm_writev, getppid(), nullptr, 0, nullptr, 0, 0); }) == -SIGSYS);
#if defined(__x86_64__)
    CHECK(end_of([] { syscall(0x4000'0000 | SYS_getpid); }) == -SIGSYS);  // the x32 numbers of the same calls
#endif
    CHECK(end_of([] {}) == 99);
    if (!sanitized) CHECK(end_of([] { std::abort(); }) == -SIGABRT);  // a failure of our own stays what it is
}

TEST_CASE("behind the wall scripts are read and compiled, play, print and are interrupted") {
    const ScriptFolder folder;
    folder.write("level.lua", "return 0.25");
    const auto voice = folder.write(
        "voice.lua", ScriptFolder::voice("return level * self.osc:next(self.frequency)",
                                         "self.osc = dsp.sine() print('here')", "local level = require \"level\""));
    const auto endless = folder.write("endless.lua", ScriptFolder::voice("while true do end"));
    struct Found {
        float peak = 0;
        std::uint32_t traces = 0;
        std::string error, missing;
    };
    Watchdog watchdog(20);
    const auto found = on_script_thread(false, [&](const ReadScript& read) {
        Found f;
        auto options = host_options();
        options.read = read;
        Player player(voice, options);
        f.error = player.error;
        if (!player.start()) return f;
        for (int quantum = 0; quantum < 400; ++quantum) {
            if (!player.render()) f.error = player.error;
            f.peak = std::max(f.peak, *std::max_element(player.host.left(), player.host.left() + quantum_frames));
        }
        f.traces = player.host.traces();
        Player looping(endless, options);
        const Watchdog::Guard guard(watchdog, looping.host);
        if (looping.start()) looping.render();
        f.missing = looping.error;
        return f;
    });
    CHECK(found.error == "");
    CHECK(found.peak > 0.2f);
    CHECK(found.traces > 0);
    CHECK_THAT(found.missing, Catch::Contains("endless.lua") && Catch::Contains("did not return within"));
}

TEST_CASE("every worker of an engine is behind the wall, with trust none is") {
    for (const bool trust : {false, true}) {
        REQUIRE(filtered_tasks() == 0);
        auto configuration = live_configuration();
        configuration.workers = 2;
        configuration.trust = trust;
        LiveEngine live(source_file("scripts/voices/lead.lua"), configuration);
        CHECK(filtered_tasks() == (trust ? 0u : 2u));
        // And it plays there.
        live.send(EventKind::note_on, 60, 1, 0, 64);
        CHECK(live.wait_until([&] { return live.fill(0) > 2000; }));
    }
}

TEST_CASE("a script that is only described is behind the wall, too") {
    const ScriptFolder folder;
    const auto endless = folder.write("endless.lua", "while true do end");
    for (const bool trust : {false, true}) {
        REQUIRE(filtered_tasks() == 0);
        auto configuration = live_configuration();
        configuration.trust = trust;
        configuration.watchdog_milliseconds = 300;
        const auto scripts = make_script_runtime(configuration);
        std::atomic<bool> over{false};
        std::size_t most = 0;
        std::thread looker([&] {
            while (!over) most = std::max(most, filtered_tasks());
        });
        const auto error = bad_input([&] { scripts->load_voice(endless); });
        over = true;
        looker.join();
        CHECK_THAT(error, Catch::Contains("did not return within"));
        CHECK(most == (trust ? 0u : 1u));
    }
}

TEST_CASE("an exception on a script's thread is rethrown to the caller") {
    CHECK(bad_input([] {
              on_script_thread(false, [](const ReadScript& read) {
                  const auto file = read("/nowhere/none.lua");
                  if (!file.error.empty()) throw BadInput(file.error);
                  return 1;
              });
          }) == "there is no such file");
}
#endif
