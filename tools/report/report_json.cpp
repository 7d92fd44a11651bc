// The report as JSON. Each figure has its one name (docs/figures.md), workers taken together; what each worker counted is
// repeated in `workers`. A figure that was not measured is absent, not 0.
#include <nlohmann/json.hpp>

#include "tools/report/json_output.h"
#include "tools/report/reported_figures.h"
#include "tools/report/run_report.h"

namespace forerun {

namespace {

using Json = nlohmann::ordered_json;

Json least_fill_of_voices(const RunReport& r) {
    Json voices = Json::array();
    for (const auto& v : r.least_fill)
        voices.push_back({{"serial", v.fill.serial},
                          {"instrument", v.instrument},
                          {"channel", v.fill.channel},
                          {"key", v.fill.key},
                          {"frames", v.fill.frames}});
    return voices;
}

Json json_of_stems(const RunReport& r) {
    Json files = Json::array();
    for (const auto& stem : r.stems)
        files.push_back({{"instrument", stem.instrument},
                         {"file", stem.file},
                         {"frames", stem.frames},
                         {"dropped_frames", stem.dropped_frames}});
    return {{"folder", r.stems_folder}, {"files", files}, {"unheard_instruments", r.unheard_instruments}};
}

}  // namespace

std::string json_of(const RunReport& r) {
    Json j;
    j["program"] = {{"name", "forerun"}, {"version", r.program_version}, {"scripts", r.script_runtime}};
    j["source"] = r.source;
    j["output"] = r.output;
    j["configuration"] = {{"rig", r.rig},
                          {"rate_hz", r.rate_hz},
                          {"channels", r.channels},
                          {"block_frames", r.block_frames},
                          {"depth_frames", r.depth_frames},
                          {"workers", r.workers},
                          {"voices", r.voices},
                          {"seed", r.seed},
                          {"jit", r.jit},
                          {"trust", r.trust},
                          {"quality_scaling", r.quality_scaling},
                          {"offline", r.offline}};
    if (!r.scheduling.empty()) {
        j["audio_thread"] = r.scheduling;
        j["latency_seconds"] = {{"device", r.device_latency_seconds},
                                {"block", static_cast<double>(r.block_frames) / r.rate_hz},
                                {"event_delay", r.event_delay_seconds}};
    }
    j["played_seconds"] = r.played_seconds;
    j["wall_seconds"] = r.wall_seconds;
    j["process_cpu_seconds"] = r.process_cpu_seconds;
    if (r.offline && r.wall_seconds > 0) j["times_real_time"] = r.played_seconds / r.wall_seconds;

    if (!r.midi_ports.empty()) j["midi_ports"] = Json::array();
    for (const auto& p : r.midi_ports)
        j["midi_ports"].push_back({{"system", p.driver},
                                   {"name", p.name},
                                   {"messages", p.messages},
                                   {"events", p.events},
                                   {"refused", p.refused},
                                   {"dropped", p.dropped}});
    j["output_peak"] = r.peak;
    if (r.normalized_by_db) j["normalized_by_db"] = *r.normalized_by_db;
    put_figures(j, r.figures);
    if (r.offline) j.erase(std::string(figure_name("interval_us")));  // of the reading program's own making
    if (r.device)
        for (const auto& figure : device_figures) j[figure.name] = figure.of(*r.device);
    j[figure_name("voice_seconds_per_cpu_second")] = voice_seconds_per_cpu_second(r);
    j["workers"] = Json::array();
    for (const auto& worker : r.worker) {
        auto& of_worker = j["workers"].emplace_back(worker_figures(worker));
        of_worker[figure_name("load")] = load_of(r, worker);
    }
    j["least_fill_sampled"] = {{"samples", r.fill_samples}, {"voices", least_fill_of_voices(r)}};
    if (!r.recording.empty())
        j["recording"] = {
            {"file", r.recording}, {"frames", r.recorded_frames}, {"dropped_frames", r.recording_dropped_frames}};
    if (!r.stems_folder.empty()) j["stems"] = json_of_stems(r);
    if (!r.midi_recording.empty())
        j["midi_recording"] = {
            {"file", r.midi_recording}, {"messages", r.midi_recorded_messages}, {"frames", r.midi_recorded_frames}};
    j["problems"] = Json::array();
    for (const auto& p : r.problems) j["problems"].push_back({{"text", p.text}, {"times", p.times}});
    return json_text(j, 2) + "\n";
}

}  // namespace forerun
