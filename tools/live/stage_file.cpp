#include "tools/live/stage_file.h"

#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <stdexcept>

#include "rt-engine/session/json_text.h"
#include "shared/bad_input.h"
#include "shared/files/file_bytes.h"
#include "tools/recording/output_file.h"
#include "tools/report/json_output.h"

namespace forerun {
namespace {

using Json = nlohmann::ordered_json;
constexpr const char* format = "forerun stage 1";
constexpr std::size_t most_stage_bytes = std::size_t{1} << 20, most_entries = 1u << 16;
constexpr std::size_t most_remarks = 100, longest_remark = 200, longest_name = 200;
constexpr double most_value = 1e9;

// Empty where there is none: a user without a home has no settings, and /tmp belongs to everybody.
std::filesystem::path settings_folder() {
    if (const char* folder = std::getenv("XDG_CONFIG_HOME"); folder && *folder == '/')
        return std::filesystem::path(folder) / "forerun";
    const char* home = std::getenv("HOME");
    if (!home || *home != '/') {
        const auto* user = getpwuid(geteuid());
        home = user ? user->pw_dir : nullptr;
    }
    return home && *home == '/' ? std::filesystem::path(home) / ".config" / "forerun" : std::filesystem::path();
}

// A whole number within bounds, or nothing.
std::optional<int> integer(const Json& entry, const char* name, int least, int most) {
    const auto found = entry.find(name);
    if (found == entry.end() || !is_number_within<int>(*found, least, most)) return std::nullopt;
    return found->get<int>();
}

// The number that people would write for it: 0.3, not 0.30000001.
double shortest(float value) { return std::stod(fmt::format("{}", value)); }

std::string text(const Json& entry, const char* name) {
    const auto found = entry.find(name);
    return found != entry.end() && found->is_string() ? found->get<std::string>() : std::string();
}

}  // namespace

std::filesystem::path StageFile::place_for(const std::filesystem::path& script) {
    const auto name = script.stem().string() + ".stage.json";
    const auto beside = script.parent_path() / name;
    std::error_code ignored;
    if (std::filesystem::exists(beside, ignored)) return beside;
    const auto folder = script.has_parent_path() ? script.parent_path() : std::filesystem::path(".");
    if (access(folder.c_str(), W_OK) == 0) return beside;
    const auto settings = settings_folder();
    return settings.empty() ? settings : settings / name;
}

StageFile::StageFile(std::filesystem::path file) : path_(std::move(file)), document_{{"format", format}} {
    const auto there = try_read_file(path_, most_stage_bytes);
    if (there.found == FileText::Found::nothing) return;
    try {
        if (there.found == FileText::Found::other_kind) throw JsonFault("is a folder, a device or a pipe");
        if (there.found == FileText::Found::too_long) throw JsonFault("is longer than 1 MiB");
        if (there.found != FileText::Found::text) throw JsonFault("cannot be read");
        read(there.text);
    } catch (const JsonFault& fault) {
        throw BadInput(
            fmt::format("{}: {}; mend it, or move it away to play without it", path_.string(), fault.what()));
    }
}

StageFile::StageFile(std::filesystem::path file, std::string_view text) : path_(std::move(file)) { read(text); }

void StageFile::read(std::string_view given) {
    const auto refuse = [](const std::string& why) { throw JsonFault(why); };
    document_ = parsed_json<Json>(given, most_stage_bytes);
    if (!document_.is_object()) refuse("is no JSON object");
    if (text(document_, "format") != format) refuse(fmt::format("\"format\" is not \"{}\"", format));
    for (const char* name : {"controllers", "presets"})
        if (const auto found = document_.find(name); found != document_.end())
            if (!found->is_array() || found->size() > most_entries ||
                !std::all_of(found->begin(), found->end(), [](const Json& e) { return e.is_object(); }))
                refuse(fmt::format("\"{}\" is no list of at most {} objects", name, most_entries));
}

nlohmann::ordered_json& StageFile::list(const char* name) {
    if (!document_.contains(name)) document_[name] = Json::array();
    return document_[name];
}

void StageFile::leave_out(const std::string& what) {
    if (remarks_.size() >= most_remarks) return;
    const bool last = remarks_.size() + 1 == most_remarks;
    remarks_.push_back(path_.string() + ": left out: " + (last ? "more entries" : what.substr(0, longest_remark)));
}

std::vector<ControllerMapping> StageFile::learned(const Rig& rig) {
    std::vector<ControllerMapping> all;
    for (const auto& entry : list("controllers")) {
        const auto controller = integer(entry, "controller", 0, 119), nrpn = integer(entry, "nrpn", 0, 16383);
        const auto channel = integer(entry, "channel", 1, 16);
        const auto instrument = place_of(rig.instruments, text(entry, "instrument"));
        std::optional<std::uint16_t> parameter;
        if (instrument) parameter = place_of(rig.instruments[*instrument].parameters, text(entry, "parameter"));
        if (controller.has_value() == nrpn.has_value() || !channel || !parameter) {
            leave_out("a controller for what this rig does not have: " + json_text(entry));
            continue;
        }
        const auto& p = rig.instruments[*instrument].parameters[*parameter];
        ControllerMapping mapping;
        mapping.learned = true;
        mapping.nrpn = nrpn.has_value();
        mapping.number = static_cast<std::uint16_t>(nrpn ? *nrpn : *controller);
        mapping.channel_mask = static_cast<std::uint16_t>(1u << (*channel - 1));
        mapping.targets = {{*instrument, *parameter, p.minimum, p.maximum, 1, p.logarithmic}};
        all.push_back(std::move(mapping));
    }
    return all;
}

std::vector<Preset> StageFile::presets(const Rig& rig) {
    std::vector<Preset> all;
    for (const auto& entry : list("presets")) {
        Preset preset;
        preset.name = text(entry, "name").substr(0, longest_name);
        if (const auto program = integer(entry, "program", 0, 127))
            preset.program = static_cast<std::uint8_t>(*program);
        const auto by_instrument = entry.contains("values") ? entry["values"] : Json::object();
        for (const auto& [instrument, values] : by_instrument.items()) {
            const auto i = place_of(rig.instruments, instrument);
            for (const auto& [parameter, value] : values.items()) {
                const auto p = i ? place_of(rig.instruments[*i].parameters, parameter) : std::nullopt;
                if (p && value.is_number()) {
                    // The script's limits may be others by now: the conductor keeps to them.
                    const auto known = std::clamp(value.get<double>(), -most_value, most_value);
                    preset.values.push_back({*i, *p, static_cast<float>(known)});
                } else {
                    leave_out(fmt::format("preset \"{}\": {} {}", preset.name, instrument, parameter));
                }
            }
        }
        if (preset.name.empty() || preset.values.empty()) continue;
        preset.rig = rig.instruments[preset.values[0].instrument].rig;
        all.push_back(std::move(preset));
    }
    return all;
}

void StageFile::learn(const Rig& rig, const ControllerMapping& mapping) {
    const auto& target = mapping.targets.at(0);
    const auto& instrument = rig.instruments[target.instrument];
    const auto& parameter = instrument.parameters[target.parameter].name;
    auto& all = list("controllers");
    for (auto entry = all.begin(); entry != all.end();)
        entry = text(*entry, "instrument") == instrument.name && text(*entry, "parameter") == parameter
                    ? all.erase(entry)
                    : entry + 1;
    int channel = 1;
    while (channel < 16 && (mapping.channel_mask >> (channel - 1) & 1) == 0) ++channel;
    all.push_back({{mapping.nrpn ? "nrpn" : "controller", mapping.number},
                   {"channel", channel},
                   {"instrument", instrument.name},
                   {"parameter", parameter}});
    write();
}

void StageFile::keep(const Rig& rig, const Preset& preset) {
    Json values = Json::object();
    for (const auto& v : preset.values) {
        const auto& instrument = rig.instruments[v.instrument];
        values[instrument.name][instrument.parameters[v.parameter].name] = shortest(v.value);
    }
    Json entry = {{"name", preset.name}};
    if (preset.program) entry["program"] = *preset.program;
    entry["values"] = std::move(values);
    list("presets").push_back(std::move(entry));
    write();
}

void StageFile::write() const {
    if (path_.empty())
        throw std::runtime_error(
            "what was learned cannot be kept: the script's folder cannot be written, and there is no home; set "
            "XDG_CONFIG_HOME to a folder for settings");
    const auto text = json_text(document_, 2) + "\n";
    if (text.size() > most_stage_bytes)
        throw std::runtime_error(path_.string() + ": is full; move it away, or take entries out");
    std::error_code ignored;
    std::filesystem::create_directories(path_.parent_path(), ignored);
    write_text({"what was learned", path_}, text);
}

}  // namespace forerun
