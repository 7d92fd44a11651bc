#include "rt-engine/session_header.h"

#include <fstream>
#include <nlohmann/json.hpp>

#include "rt-engine/sha256.h"
#ifdef __GLIBC__
#include <gnu/libc-version.h>
#endif

namespace forerun {

using Json = nlohmann::json;

// What a replay needs of it. Rate and sizes must be there; the rest was the default of some version if it is not.
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Configuration, rate_hz, channels, block_frames, max_block_frames, depth_frames,
                                   voices, reserve_voices, buses, instruments, parameters, voice_parameters,
                                   mixer_commands, worker_messages, reports, workers, jit, trust, script_memory_bytes,
                                   watchdog_milliseconds, quality_scaling, quality_down, quality_up, rewind,
                                   floor_seconds, checkpoint_bytes, load_ceiling, event_delay_frames, stay_priority,
                                   seed, script_path)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(MachineIdentity, program, c_library, cpu, lua)

namespace {

// Linux: the fields that say which code a C library picks.
std::string cpu_name() {
    std::ifstream in("/proc/cpuinfo");
    std::string text;
    for (std::string line; std::getline(in, line) && !line.empty();)
        for (const char* field : {"vendor_id", "cpu family", "model\t", "model name", "CPU implementer", "CPU part"})
            if (line.rfind(field, 0) == 0)
                if (const auto colon = line.find(": "); colon != std::string::npos)
                    text += (text.empty() ? "" : ", ") + line.substr(colon + 2);
    return text;
}

std::string c_library_name() {
#ifdef __GLIBC__
    return std::string("glibc ") + gnu_get_libc_version();
#else
    return "";
#endif
}

}  // namespace

MachineIdentity machine_identity(const std::string& lua) {
    return {sha256_of_file("/proc/self/exe"), c_library_name(), cpu_name(), lua};
}

std::string SessionHeader::json() const {
    return Json{{"version", version},
                {"began_at", began_at},
                {"source", source.string()},
                {"source_is_rig", source_is_rig},
                {"configuration", configuration},
                {"machine", machine}}
        .dump(1);
}

SessionHeader SessionHeader::from_json(const std::string& text) {
    const auto json = Json::parse(text);
    SessionHeader header;
    header.version = json.at("version").get<std::string>();
    header.began_at = json.at("began_at").get<std::string>();
    header.source = json.at("source").get<std::string>();
    header.source_is_rig = json.at("source_is_rig").get<bool>();
    header.configuration = json.at("configuration").get<Configuration>();
    header.machine = json.at("machine").get<MachineIdentity>();
    return header;
}

}  // namespace forerun
