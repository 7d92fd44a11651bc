#include "rt-engine/session/session_header.h"

#include <fstream>
#include <nlohmann/json.hpp>

#include "rt-engine/session/json_text.h"
#include "rt-engine/session/sha256.h"
#ifdef __GLIBC__
#include <gnu/libc-version.h>
#endif

namespace forerun {

using Json = nlohmann::json;

// What a replay needs of them. Only written by these: session_header_reader.cpp reads.
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Configuration, rate_hz, channels, block_frames, max_block_frames, depth_frames,
                                   voices, reserve_voices, buses, instruments, parameters, voice_parameters,
                                   mixer_commands, worker_messages, reports, workers, jit, trust, script_memory_bytes,
                                   watchdog_milliseconds, quality_scaling, quality_down, quality_up, rewind,
                                   floor_seconds, checkpoint_bytes, load_ceiling, event_delay_frames, stay_priority,
                                   seed, script_path)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(ParameterDescription, name, default_value, minimum, maximum, value)
// Of a new version: the rest is the rig's.
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(InstrumentDescription, name, script, version, polyphony, channels, whole_quanta,
                                   parameters)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(ScriptReload::Instrument, index, description)
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

// A path may hold any bytes; JSON is UTF-8.
std::string text_of(const Json& json) { return json.dump(1, ' ', false, Json::error_handler_t::replace); }

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
    return text_of({{"version", version},
                    {"began_at", began_at},
                    {"source", source.string()},
                    {"source_is_rig", source_is_rig},
                    {"configuration", configuration},
                    {"library", configuration.library.string()},
                    {"machine", machine}});
}

std::string place_in_log(const std::filesystem::path& path) {
    return parsed_json<Json>(text_of(path.string())).get<std::string>();
}

// JSON, a zero byte, then the texts as they are, whatever bytes they hold.
std::string reload_bytes(const ScriptReload& reload) {
    Json files = Json::array();
    std::string texts;
    for (const auto& text : reload.texts) {
        files.push_back({{"path", place_in_log(text.path)}, {"bytes", text.text.size()}});
        texts += text.text;
    }
    return text_of({{"instruments", reload.instruments}, {"files", files}}) + '\0' + texts;
}

}  // namespace forerun
