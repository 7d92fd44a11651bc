#include "tools/measure/plan/parameters.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <initializer_list>

#include "rt-engine/session/json_text.h"
#include "shared/bad_input.h"
#include "shared/configuration.h"
#include "tools/measure/plan/fault.h"
#include "tools/report/json_output.h"

namespace forerun::measure {
namespace {

using Wrong = std::function<std::string(const Json&)>;

Wrong one_of(std::vector<std::string> words) {
    return [words](const Json& value) -> std::string {
        if (value.is_string() && std::find(words.begin(), words.end(), value.get<std::string>()) != words.end())
            return {};
        return fmt::format("is none of {}", fmt::join(words, ", "));
    };
}
Wrong whole(std::int64_t least, std::int64_t most) {
    return [=](const Json& value) -> std::string {
        if (is_number_within<std::int64_t>(value, least, most)) return {};
        return fmt::format("is not a whole number between {} and {}", least, most);
    };
}
Wrong number(double least, double most) {
    return [=](const Json& value) -> std::string {
        if (is_number_within<double>(value, least, most)) return {};
        return fmt::format("is not a number between {} and {}", least, most);
    };
}
std::string no_flag(const Json& value) { return value.is_boolean() ? "" : "is neither true nor false"; }
std::string no_name(const Json& value) { return value.is_string() && value != "" ? "" : "is no name"; }
std::string no_text(const Json& value) { return value.is_string() ? "" : "is no text"; }
std::string no_fault(const Json& value) {
    if (!value.is_string()) return "is no text";
    return fault_error(value.get<std::string>());
}

const Parameter& parameter(const std::string& name) {
    for (const auto& p : parameters())
        if (name == p.name) return p;
    throw BadInput(fmt::format("\"{}\" is no parameter; there are {}", name, parameter_names()));
}

// A word has the type of the parameter's default.
Json value_of(const Parameter& p, const std::string& word) {
    if (p.default_value.is_string()) return word;
    if (p.default_value.is_boolean())
        return word == "true" || word == "on"     ? Json(true)
               : word == "false" || word == "off" ? Json(false)
                                                  : Json(word);
    const auto* end = word.data() + word.size();
    if (std::int64_t n = 0; std::from_chars(word.data(), end, n).ptr == end && !word.empty()) return n;
    if (double d = 0; std::from_chars(word.data(), end, d).ptr == end && !word.empty()) return d;
    return word;
}

}  // namespace

const std::vector<Parameter>& parameters() {
    static const std::vector<Parameter> all = {
        {"mode",
         "rewind; ring: events wait for the buffer; shallow: ring, shallow while events come; direct: scripts run in "
         "the audio callback; supercollider, csound, pd: comparable voices of theirs, on JACK",
         "rewind", one_of({"rewind", "ring", "shallow", "direct", "supercollider", "csound", "pd"})},
        {"voice", "voice script, by name or file", "subtractive", no_name},
        {"rig", "rig instead of a voice, by name or file", "", no_text},
        {"voices", "notes that are held", 64, whole(1, 900)},
        {"rate_hz", "frames per second", 48000, whole(8000, 384000)},
        {"block_frames", "frames per callback", 64, whole(1, Configuration{}.max_block_frames)},
        {"depth_frames", "how far voices are rendered ahead", 24000, whole(1, 1 << 22)},
        {"workers", "threads that run scripts; 0: one less than the cores", 0, whole(0, 64)},
        {"event_delay_frames", "events sound at arrival plus this; -1: the engine's own choice", -1,
         whole(-1, 1 << 20)},
        {"events_hz", "live events per second, all voices together", 0, number(0, 100000)},
        {"event_kind", "what they are; mixed: one of the others each time", "pressure",
         one_of({"pressure", "bend", "controller", "note", "mixed"})},
        {"quality_scaling", "voices lose quality when their ring gets empty", true, no_flag},
        {"floor_ms", "what a rewound voice has again before anybody gets more", 20, number(1, 1000)},
        {"load_ceiling", "share of a worker's time above which voices with many rewinds stay shallow", 0.9,
         number(0.05, 1)},
        {"scheduling", "of audio and workers; ordinary: no real-time priority", "realtime",
         one_of({"realtime", "ordinary"})},
        {"device", "clock, or a sound device by name", "clock", no_name},
        {"host_api", "of that device: jack, alsa", "", no_text},
        {"stressor", "load beside it, as for stress-ng: cpu 2, vm 1, io 2", "none", no_name},
        {"fault", "what is done to it: stall 100 ms every 1 s; several with + between", "none", no_fault},
        {"recording",
         "full; sound: and the output is compared with what was meant; counters: nothing but what the engine counts "
         "anyway",
         "full", one_of({"full", "counters", "sound"})},
    };
    return all;
}

std::string parameter_names() {
    std::string names;
    for (const auto& p : parameters()) names += (names.empty() ? "" : ", ") + std::string(p.name);
    return names;
}

Point::Point() : values_(Json::object()) {
    for (const auto& p : parameters()) values_[p.name] = p.default_value;
}

void Point::set(const std::string& name, const Json& value) {
    const auto& p = parameter(name);
    if (const auto why = p.error(value); !why.empty())
        throw BadInput(fmt::format("{} {}: {}", name, json_text(value), why));
    values_[name] = value;
}

void Point::set_word(const std::string& name, const std::string& word) { set(name, value_of(parameter(name), word)); }

}  // namespace forerun::measure
