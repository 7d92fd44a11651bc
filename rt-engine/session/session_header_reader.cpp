// Reading what a session log says in words: its header, and the new versions of scripts.
//
// The bounds are what an engine can be made with (shared/configuration.h), not what the program's options allow: a log of a
// program that embeds the engine is one, too.
#include <algorithm>

#include "rt-engine/session/json_text.h"
#include "rt-engine/session/session_header.h"
#include "shared/shared_state.h"

namespace forerun {
namespace {

using Json = nlohmann::json;

constexpr std::size_t longest_path_bytes = 4096, longest_name_bytes = 512;
constexpr std::size_t most_folders = 64, most_instruments = 1u << 12, most_files = 1u << 12;
constexpr std::size_t most_voice_parameters = 256, longest_script_bytes = std::size_t{4} << 20;
constexpr float biggest_value = 1e9f;

// A name or a line for people: nothing that a terminal would take for a command.
std::string line_in(const Json& json, const char* name, std::size_t most_bytes = longest_name_bytes) {
    auto text = text_in(json, name, most_bytes);
    for (const char c : text)
        if (static_cast<unsigned char>(c) < 32 || c == 127)
            throw JsonFault(std::string("\"") + name + "\" holds control characters");
    return text;
}

std::filesystem::path place_of_script(const Json& value) {
    if (value.is_string())
        if (const auto& text = value.get_ref<const std::string&>();
            text.size() <= longest_path_bytes && is_script_place(text))
            return text;
    throw JsonFault("the path of a script is no absolute one");
}

Configuration configuration_in(const Json& json) {
    Configuration c;
    c.rate_hz = number_in<double>(json, "rate_hz", least_rate_hz, most_rate_hz);
    c.channels = number_in<std::uint32_t>(json, "channels", 1, max_channels);
    c.max_block_frames = number_in<std::int64_t>(json, "max_block_frames", 1, 1 << 16);
    c.block_frames = number_in<std::int64_t>(json, "block_frames", 1, c.max_block_frames);
    c.depth_frames = number_in<std::int64_t>(json, "depth_frames", 0, 1 << 22);
    constexpr std::uint32_t most_slots = (VoiceWord::max_rings - max_workers) / 2;
    c.voices = number_in<std::uint32_t>(json, "voices", 1, most_slots);
    c.reserve_voices = number_in<std::uint32_t>(json, "reserve_voices", 0, most_slots - c.voices);
    c.buses = number_in<std::uint32_t>(json, "buses", 1, 1 << 8);
    c.instruments = number_in<std::uint32_t>(json, "instruments", 1, most_instruments);
    c.parameters = number_in<std::uint32_t>(json, "parameters", 0, 1 << 16);
    c.voice_parameters = number_in<std::uint32_t>(json, "voice_parameters", 0, most_voice_parameters);
    c.mixer_commands = number_in<std::uint32_t>(json, "mixer_commands", 1, 1 << 18);
    c.worker_messages = number_in<std::uint32_t>(json, "worker_messages", 1, 1 << 18);
    c.reports = number_in<std::uint32_t>(json, "reports", 1, 1 << 18);
    c.workers = number_in<std::uint32_t>(json, "workers", 1, max_workers);
    c.jit = truth_in(json, "jit");
    c.trust = truth_in(json, "trust");
    c.script_memory_bytes = number_in<std::uint64_t>(json, "script_memory_bytes", 1u << 20, std::uint64_t{4} << 30);
    c.watchdog_milliseconds = number_in<std::int64_t>(json, "watchdog_milliseconds", 1, 60'000);
    c.quality_scaling = truth_in(json, "quality_scaling");
    c.quality_down = number_in<double>(json, "quality_down", 0, 1);
    c.quality_up = number_in<double>(json, "quality_up", 0, 1);
    c.rewind = truth_in(json, "rewind");
    c.floor_seconds = number_in<double>(json, "floor_seconds", 0, 10);
    c.checkpoint_bytes = number_in<std::uint64_t>(json, "checkpoint_bytes", 0, 64u << 20);
    c.load_ceiling = number_in<double>(json, "load_ceiling", 0, 100);
    c.event_delay_frames = number_in<std::int64_t>(json, "event_delay_frames", -1, 1 << 22);
    c.stay_priority = number_in<int>(json, "stay_priority", -1'000'000, 1'000'000);
    c.seed = number_in<std::uint64_t>(json, "seed", 0, UINT64_MAX);
    for (const auto& folder : list_in(json, "script_path", most_folders))
        c.script_path.push_back(place_of_script(folder));
    return c;
}

ParameterDescription parameter_in(const Json& json) {
    ParameterDescription p;
    p.name = text_in(json, "name", longest_name_bytes);
    p.minimum = number_in<float>(json, "minimum", -biggest_value, biggest_value);
    p.maximum = number_in<float>(json, "maximum", -biggest_value, biggest_value);
    if (!(p.minimum < p.maximum)) throw JsonFault("\"minimum\" is not below \"maximum\"");
    p.default_value = number_in<float>(json, "default_value", p.minimum, p.maximum);
    p.value = number_in<float>(json, "value", p.minimum, p.maximum);
    return p;
}

ScriptReload::Instrument instrument_in(const Json& json) {
    ScriptReload::Instrument instrument;
    instrument.index = number_in<std::uint16_t>(json, "index", 0, most_instruments - 1);
    const auto& description = object_in(json, "description");
    auto& d = instrument.description;
    d.name = text_in(description, "name", longest_name_bytes);
    d.script = place_of_script(field_in(description, "script"));
    d.version = number_in<std::uint16_t>(description, "version", 1, UINT16_MAX);
    d.polyphony = number_in<std::uint32_t>(description, "polyphony", 1, VoiceWord::max_rings);
    d.channels = number_in<std::uint32_t>(description, "channels", 1, 2);
    d.whole_quanta = truth_in(description, "whole_quanta");
    for (const auto& parameter : list_in(description, "parameters", most_voice_parameters))
        d.parameters.push_back(parameter_in(parameter));
    return instrument;
}

}  // namespace

bool is_script_place(const std::filesystem::path& path) {
    return path.is_absolute() && path.has_filename() && path.lexically_normal().native() == path.native() &&
           path.native().find('\0') == std::string::npos;
}

SessionHeader SessionHeader::from_json(std::string_view text) {
    const auto json = parsed_json<Json>(text);
    SessionHeader header;
    header.version = line_in(json, "version");
    header.began_at = line_in(json, "began_at");
    header.source = place_of_script(field_in(json, "source"));
    header.source_is_rig = truth_in(json, "source_is_rig");
    header.configuration = configuration_in(object_in(json, "configuration"));
    // Earlier versions looked for the library in the script path.
    if (json.contains("library")) header.configuration.library = place_of_script(json["library"]);
    const auto& machine = object_in(json, "machine");
    header.machine = {line_in(machine, "program"), line_in(machine, "c_library"), line_in(machine, "cpu"),
                      line_in(machine, "lua")};
    return header;
}

ScriptReload reload_from_bytes(std::string_view bytes) {
    const auto end = std::min(bytes.find('\0'), bytes.size());
    const auto json = parsed_json<Json>(bytes.substr(0, end));
    auto rest = bytes.substr(std::min(end + 1, bytes.size()));
    ScriptReload reload;
    for (const auto& instrument : list_in(json, "instruments", most_instruments))
        reload.instruments.push_back(instrument_in(instrument));
    for (const auto& file : list_in(json, "files", most_files)) {
        const auto size = number_in<std::size_t>(file, "bytes", 0, std::min(longest_script_bytes, rest.size()));
        reload.texts.push_back({place_of_script(field_in(file, "path")), std::string(rest.substr(0, size))});
        rest.remove_prefix(size);
    }
    if (!rest.empty()) throw JsonFault("\"files\" are shorter than their texts");
    // A version reads its own script and nothing else of the machine.
    for (const auto& instrument : reload.instruments)
        if (std::none_of(reload.texts.begin(), reload.texts.end(),
                         [&](const ScriptText& text) { return text.path == instrument.description.script; }))
            throw JsonFault("\"files\" lack a script that \"instruments\" name");
    return reload;
}

}  // namespace forerun
