#include "script-runtime/sandbox/script_thread_wall.h"

#include <fmt/format.h>

#include <cstring>

#include "script-runtime/sandbox/thread_interrupt.h"
#include "shared/threads/guarded_thread.h"

#if defined(__linux__) && (defined(__x86_64__) || defined(__aarch64__))
#define FORERUN_HAS_WALL 1
#include "script-runtime/sandbox/script_thread_filter.h"
#else
#define FORERUN_HAS_WALL 0
#endif

#if FORERUN_HAS_WALL
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#endif

namespace forerun {

#if FORERUN_HAS_WALL
namespace {

// The system's linux/landlock.h may be older than the kernel. Handled rights without a rule are denied.
struct LandlockRuleset {
    std::uint64_t files = 0;
    std::uint64_t network = 0;
};
constexpr long create_ruleset = 444, restrict_self = 446;  // the same on all architectures
constexpr unsigned long ask_version = 1;

// https://docs.kernel.org/userspace-api/landlock.html: rights of files by the version that brought them.
constexpr std::uint64_t file_rights(int abi) {
    int count = 13;            // to execute, read, write, list, remove and make
    if (abi >= 2) count = 14;  // to rename into other folders
    if (abi >= 3) count = 15;  // to cut
    if (abi >= 5) count = 16;  // to control devices
    return (std::uint64_t{1} << count) - 1;
}

int enter_landlock() noexcept {
    const int abi = static_cast<int>(syscall(create_ruleset, nullptr, 0, ask_version));
    if (abi < 1) return 0;
    LandlockRuleset rules;
    rules.files = file_rights(abi);
    if (abi >= 4) rules.network = 3;  // to bind and to connect
    const auto size = abi >= 4 ? sizeof rules : sizeof rules.files;
    const int ruleset = static_cast<int>(syscall(create_ruleset, &rules, size, 0ul));
    if (ruleset < 0) return 0;
    const bool entered = syscall(restrict_self, ruleset, 0ul) == 0;
    close(ruleset);
    return entered ? abi : 0;
}

}  // namespace

ScriptThreadWall ScriptThreadWall::enter(bool own_priority) noexcept {
    ThreadInterrupt::prepare();  // no signal handler can be installed behind the wall
    ScriptThreadWall wall;
    // Without it a thread without rights may not filter itself; it also takes set-user-ID programs away.
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
        wall.error = errno;
        return wall;
    }
    wall.landlock_abi = enter_landlock();
    if (wall.landlock_abi == 0) wall.error = errno;
    wall.has_filter = load_script_thread_filter(own_priority);
    if (!wall.has_filter) wall.error = errno;
    return wall;
}

#else

ScriptThreadWall ScriptThreadWall::enter(bool) noexcept {
    ThreadInterrupt::prepare();
    return {};
}

#endif

std::string ScriptThreadWall::description() {
    if (!FORERUN_HAS_WALL)
        return "threads of scripts: no filter of system calls on this system; the sandbox alone holds them";
    ScriptThreadWall wall;
    std::string failure;
    GuardedThread trying([&] { wall = enter(); }, [&](const char* why) { failure = why; });
    trying.join();
    std::string text = "threads of scripts: ";
    text += wall.has_filter ? "filter of system calls" : "no filter of system calls";
    text += wall.landlock_abi > 0 ? fmt::format(", Landlock {}", wall.landlock_abi) : std::string(", no Landlock");
    if (wall.has_filter && wall.landlock_abi > 0) return text;
    return text + fmt::format(" (this system: {})", failure.empty() ? std::strerror(wall.error) : failure);
}

}  // namespace forerun
