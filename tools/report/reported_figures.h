// Figures as reported to programs and people: those of the table of metrics, those of a device, and derived ones. Every name
// is defined once, here or in shared/metrics/metric_table.h; JSON, CSV, the text and docs/figures.md follow.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <string_view>

#include "rt-engine/audio-io/device.h"
#include "shared/figures.h"

namespace forerun {

struct DeviceFigure {
    std::string_view name, unit;
    bool grows;  // else it is no count, and of two moments the later one is reported
    std::int64_t (*of)(const DeviceStatistics&);
    std::string_view meaning;
};
inline constexpr DeviceFigure device_figures[] = {
    {"device_blocks", "times", true, [](const DeviceStatistics& d) { return static_cast<std::int64_t>(d.blocks); },
     "blocks that the device asked for"},
    {"device_underflows", "times", true,
     [](const DeviceStatistics& d) { return static_cast<std::int64_t>(d.underflows); },
     "the driver said that it had to invent sound"},
    {"device_late_blocks", "times", true,
     [](const DeviceStatistics& d) { return static_cast<std::int64_t>(d.late_blocks); },
     "a block more than a block late (clock device only)"},
    {"device_abandoned_blocks", "times", true,
     [](const DeviceStatistics& d) { return static_cast<std::int64_t>(d.abandoned_blocks); },
     "blocks given up after a stall of more than a second (clock device only)"},
    {"device_largest_block_frames", "frames", false, [](const DeviceStatistics& d) { return d.largest_block_frames; },
     "the largest block that it asked for"},
};

struct DerivedFigure {
    std::string_view name, unit, meaning;
};
inline constexpr DerivedFigure derived_figures[] = {
    {"response_ms", "ms", "`answered_ms` and `waiting_ms` together: every live event"},
    {"load", "of a core", "of one worker: `busy_seconds` and `garbage_seconds` over the time"},
    {"cpu_share", "of a core",
     "`busy_seconds` over the time; mode `direct` and other systems: CPU time of the process"},
    {"garbage_share", "of a core", "`garbage_seconds` over the time; in `points.csv` from `workers.csv`"},
    {"compiling_share", "of a core", "time in LuaJIT's compiler over the time; from `workers.csv`"},
    {"traces_compiled", "times", "traces that LuaJIT compiled, where a cell is watched; in `workers.csv`, too"},
    {"trace_aborts", "times", "traces that LuaJIT gave up, where a cell is watched; in `workers.csv`, too"},
    {"trace_aborts_per_minute", "per minute", "`trace_aborts`; from `workers.csv`"},
    {"process_cpu_share", "of a core", "CPU time of the whole process over the time"},
    {"rendered_per_played", "", "`frames_rendered` over the frames that were played, of all voices"},
    {"voice_seconds_per_cpu_second", "",
     "seconds of `frames_rendered` over `cpu_seconds`: voices of this piece that a core plays"},
};

// A name of these or of the table of metrics: a misspelt one does not compile.
consteval std::string_view figure_name(std::string_view name) {
    for (const auto& figure : derived_figures)
        if (figure.name == name) return name;
    for (const auto& figure : device_figures)
        if (figure.name == name) return name;
    return metric_name(name);
}

// Of live events, those that were answered by a rewind or a new voice and those that waited for the buffer.
Distribution response_nanoseconds(const Figures& figures);

// As reported: an integer, or a time in seconds.
nlohmann::ordered_json reported(const Metric& metric, std::uint64_t value);
// Under the words of activities.
nlohmann::ordered_json reported(const Metric& metric, const CountByActivity& counts);
// Percentiles in the metric's unit.
nlohmann::ordered_json reported(const Metric& metric, const Distribution& distribution);

// Each figure under its name; a distribution that nothing came to is left out.
void put_figures(nlohmann::ordered_json& into, const Figures& figures);
// Those that workers count.
nlohmann::ordered_json worker_figures(const Figures& figures);

}  // namespace forerun
