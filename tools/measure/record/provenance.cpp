#include "tools/measure/record/provenance.h"

#include <sys/resource.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <string>
#include <thread>

#include "build_facts.h"
#include "rt-engine/audio-io/device.h"
#include "rt-engine/session/sha256.h"
#include "shared/script_runtime.h"
#include "shared/threads/guarded_thread.h"
#include "shared/version.h"

namespace forerun::measure {
namespace {

std::string first_line(const char* file) {
    std::ifstream in(file);
    std::string line;
    std::getline(in, line);
    return line;
}

// Of the "VmLck:    1234 kB" that the system reports for this process.
std::uint64_t locked_bytes() {
    std::ifstream in("/proc/self/status");
    for (std::string line; std::getline(in, line);)
        if (line.rfind("VmLck:", 0) == 0) return std::strtoull(line.c_str() + 6, nullptr, 10) * 1024;
    return 0;
}

// What a worker got: a thread that asks the same.
int granted_worker_priority() {
    Scheduling granted;
    GuardedThread asking(
        [&] {
            raise_to_realtime(worker_thread_priority);
            granted = scheduling_of_this_thread();
        },
        [](const char*) {});
    asking.join();
    return granted.realtime ? granted.priority : 0;
}

std::string processor() {
    std::ifstream in("/proc/cpuinfo");
    for (std::string line; std::getline(in, line);)
        if (line.rfind("model name", 0) == 0) return line.substr(line.find(':') + 2);
    return {};
}

void put(Json& json, const char* name, const std::string& text) {
    if (!text.empty()) json[name] = text;
}

}  // namespace

Json provenance_of_machine() {
    Json j;
    j["version"] = FORERUN_VERSION;
    put(j, "commit", FORERUN_COMMIT);
    put(j, "build_flags", FORERUN_BUILD_FLAGS);
    j["compiler"] = __VERSION__;
    j["scripts_run_by"] = make_script_runtime({})->description();
    utsname system{};
    if (uname(&system) == 0) {
        put(j, "kernel", std::string(system.sysname) + " " + system.release + " " + system.version);
        put(j, "machine", system.machine);
    }
    put(j, "cpu", processor());
    j["cores"] = std::thread::hardware_concurrency();
    put(j, "governor", first_line("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor"));
    put(j, "clock_source", first_line("/sys/devices/system/clocksource/clocksource0/current_clocksource"));
    put(j, "preemption", first_line("/sys/kernel/debug/sched/preempt"));
    rlimit locked{};
    if (getrlimit(RLIMIT_MEMLOCK, &locked) == 0)
        j["memory_lock_limit_bytes"] = locked.rlim_cur == RLIM_INFINITY ? Json("unlimited") : Json(locked.rlim_cur);
    double load[1] = {};
    if (getloadavg(load, 1) == 1) j["load_before"] = load[0];
    return j;
}

bool is_locked(std::size_t bytes) { return locked_bytes() >= bytes; }

void add_device(Json& j, const Device& device) {
    const auto scheduling = device.scheduling();
    j["device"] = device.name();
    j["rate_hz"] = device.rate_hz();
    j["channels"] = device.channels();
    j["block_frames"] = device.block_frames();
    j["device_latency_ms"] = 1000 * device.latency_seconds();
    j["audio_priority"] = scheduling.realtime ? scheduling.priority : 0;
    j["worker_priority"] = granted_worker_priority();
}

void add_scripts(Json& j, std::vector<std::filesystem::path> files) {
    std::sort(files.begin(), files.end());
    j["scripts"] = Json::array();
    for (const auto& file : files)
        j["scripts"].push_back({{"file", file.filename().string()}, {"sha256", sha256_of_file(file)}});
}

}  // namespace forerun::measure
