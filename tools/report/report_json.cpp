// The report for programs. Names carry units; a figure that was not measured is absent, not 0.
#include <nlohmann/json.hpp>

#include "tools/report/json_output.h"
#include "tools/report/run_report.h"

namespace forerun {

namespace {

using Json = nlohmann::ordered_json;

Json json_of(const WorkerFigures& w) {
    return {{"load", w.load},
            {"busy_seconds", w.busy_seconds},
            {"cpu_seconds", w.cpu_seconds},
            {"garbage_seconds", w.garbage_seconds},
            {"rendered_voice_seconds", w.rendered_seconds},
            {"lua_bytes", w.lua_bytes},
            {"late_events", w.late_events},
            {"skips", w.skips},
            {"quality_changes", w.quality_changes},
            {"quantum_microseconds", json_of(w.quantum_microseconds)},
            {"garbage_step_microseconds", json_of(w.garbage_step_microseconds)}};
}

Json underruns_by_cause(const RunReport& r) {
    Json causes = Json::object();
    for (std::size_t a = 0; a < r.underrun_events_by_activity.size(); ++a)
        causes[name_of(static_cast<Activity>(a))] = r.underrun_events_by_activity[a];
    return causes;
}

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

    j["notes"] = {{"notes", r.notes},
                  {"voices_started", r.voices_started},
                  {"voices_stolen", r.voices_stolen},
                  {"notes_dropped", r.notes_dropped},
                  {"most_voices", r.most_voices},
                  {"events", r.events},
                  {"events_refused", r.events_refused},
                  {"notifications_lost", r.notifications_lost}};
    if (!r.midi_ports.empty()) j["midi_ports"] = Json::array();
    for (const auto& p : r.midi_ports)
        j["midi_ports"].push_back({{"system", p.driver},
                                   {"name", p.name},
                                   {"messages", p.messages},
                                   {"events", p.events},
                                   {"refused", p.refused},
                                   {"dropped", p.dropped}});
    j["underrun_events"] = r.underrun_events;
    j["underrun_frames"] = r.underrun_frames;
    j["underrun_events_by_cause"] = underruns_by_cause(r);
    j["late_starts"] = r.late_starts;
    j["lost_underrun_records"] = r.lost_reports;
    j["output_peak"] = r.peak;
    j["limited_frames"] = r.limited_frames;
    if (r.normalized_by_db) j["normalized_by_db"] = *r.normalized_by_db;
    j["non_finite_samples"] = r.non_finite_samples;
    j["callbacks"] = r.callbacks;
    j["callback_microseconds"] = json_of(r.callback_microseconds);
    if (!r.offline) j["interval_microseconds"] = json_of(r.interval_microseconds);
    if (r.device)
        j["device"] = {{"blocks", r.device->blocks},
                       {"underflows", r.device->underflows},
                       {"late_blocks", r.device->late_blocks},
                       {"abandoned_blocks", r.device->abandoned_blocks},
                       {"largest_block_frames", r.device->largest_block_frames}};
    if (!r.offline) j["rewind"] = json_of(r.rewind);
    j["workers"] = Json::array();
    double garbage = 0;
    std::uint64_t changes = 0;
    for (const auto& w : r.worker) {
        j["workers"].push_back(json_of(w));
        garbage += w.garbage_seconds;
        changes += w.quality_changes;
    }
    j["garbage_seconds"] = garbage;
    j["quality_changes"] = changes;
    j["voice_seconds_per_cpu_second"] = r.voice_seconds_per_cpu_second;
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
