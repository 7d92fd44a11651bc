// The report as text. Lines for zero counts are left out, except underruns. Problems are not in it: the commands print them
// to stderr. Figures without a sentence of their own are listed by name (docs/figures.md).
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "shared/text/printable.h"
#include "tools/report/percentiles.h"
#include "tools/report/reported_figures.h"
#include "tools/report/run_report.h"

namespace forerun {

namespace {

using Out = fmt::memory_buffer;

template <typename... Arguments>
void line(Out& out, std::string_view name, fmt::format_string<Arguments...> format, Arguments&&... arguments) {
    const auto text = printable(fmt::format(format, std::forward<Arguments>(arguments)...));
    fmt::format_to(std::back_inserter(out), "{:<15}{}\n", name, text);
}

// "3 notes", "1 note".
std::string counted(std::uint64_t count, std::string_view one, std::string_view many) {
    return fmt::format("{} {}", count, count == 1 ? one : many);
}

std::string microseconds(const Distribution& distribution) {
    const auto p = percentiles_of(distribution, scale_of(MetricUnit::us));
    return fmt::format("p50 {:.1f}, p99 {:.1f}, p99.9 {:.1f}, max {:.1f} µs", p.p50, p.p99, p.p999, p.max);
}

std::string milliseconds(const Distribution& distribution) {
    const auto p = percentiles_of(distribution, scale_of(MetricUnit::ms));
    return fmt::format("p50 {:.1f}, p99 {:.1f}, max {:.1f} ms", p.p50, p.p99, p.max);
}

double seconds(std::uint64_t nanoseconds) { return static_cast<double>(nanoseconds) * 1e-9; }

void underruns(Out& out, const RunReport& r) {
    const auto& f = r.figures;
    if (f.underrun_events == 0) {
        line(out, "underruns", "none");
        return;
    }
    line(out, "underruns", "{}, {} ({:.1f} ms)", counted(f.underrun_events, "event", "events"),
         counted(f.underrun_frames, "frame", "frames"), 1e3 * static_cast<double>(f.underrun_frames) / r.rate_hz);
    std::string causes;
    for (std::size_t a = 0; a < activities; ++a)
        if (const auto events = f.underrun_events_by_activity[a]; events > 0)
            causes += fmt::format("{}{} while its worker was {}", causes.empty() ? "" : ", ", events,
                                  name_of(static_cast<Activity>(a)));
    if (!causes.empty()) line(out, "", "{}", causes);
}

void least_fill(Out& out, const RunReport& r) {
    struct Least {
        std::int64_t frames = INT64_MAX;
        std::uint64_t voices = 0;
    };
    std::map<std::string, Least> by_instrument;
    for (const auto& v : r.least_fill) {
        auto& least = by_instrument[v.instrument];
        least.frames = std::min(least.frames, v.fill.frames);
        ++least.voices;
    }
    bool first = true;
    for (const auto& [name, least] : by_instrument) {
        line(out, first ? "least fill" : "", "{}: {} frames ({:.0f} % of depth) over {}{}", name, least.frames,
             100.0 * static_cast<double>(least.frames) / static_cast<double>(std::max<std::int64_t>(1, r.depth_frames)),
             counted(least.voices, "voice", "voices"),
             first ? fmt::format(", sampled {} times{}", r.fill_samples,
                                 r.offline ? "; offline the mixer waits instead" : "")
                   : "");
        first = false;
    }
}

void workers(Out& out, const RunReport& r) {
    for (std::size_t w = 0; w < r.worker.size(); ++w) {
        const auto& f = r.worker[w];
        line(out, w == 0 ? "workers" : "",
             "{}: load {:.0f} %, rendering {:.2f} s, garbage {:.3f} s, Lua {:.1f} MB, quantum {}", w,
             100 * load_of(r, f), seconds(f.busy_nanoseconds), seconds(f.garbage_nanoseconds),
             static_cast<double>(f.lua_bytes) / 1e6, microseconds(f.quantum_nanoseconds));
    }
    line(out, "quality", "{}",
         r.quality_scaling ? counted(r.figures.quality_changes, "change", "changes") : std::string("fixed"));
    if (r.figures.late_events > 0)
        line(out, "late events", "{} applied after their time, or not at all because the voice had ended",
             r.figures.late_events);
    if (const auto efficiency = voice_seconds_per_cpu_second(r); efficiency > 0)
        line(out, "efficiency", "{:.1f} voice-seconds per CPU-second of the workers", efficiency);
}

void rewinds(Out& out, const RunReport& r) {
    const auto& f = r.figures;
    if (const auto response = response_nanoseconds(f); response.count() > 0)
        line(out, "response", "{} from a live event to the first block that holds it ({})", milliseconds(response),
             counted(response.count(), "event", "events"));
    if (f.rewinds > 0)
        line(out, "rewinds", "{}, {} applied late by a crossfade, {:.1f} s of rendered audio discarded", f.rewinds,
             f.late_switches, static_cast<double>(f.frames_discarded) / r.rate_hz);
    if (f.most_shallow_voices > 0)
        line(out, "shallow",
             "up to {} at once, rendered only as far ahead as --floor says, to keep the load under its ceiling",
             counted(f.most_shallow_voices, "voice with many events", "voices with many events"));
    if (const auto events = f.waiting_nanoseconds.count(); events > 0)
        line(out, "waited", "{} for audio that was rendered ahead: {}", counted(events, "live event", "live events"),
             milliseconds(f.waiting_nanoseconds));
}

// Figures that other lines report; every other one is listed by name.
constexpr std::string_view in_words[] = {metric_name("callbacks"),
                                         metric_name("callback_us"),
                                         metric_name("interval_us"),
                                         metric_name("underrun_events"),
                                         metric_name("underrun_frames"),
                                         metric_name("underrun_events_by_activity"),
                                         metric_name("limited_frames"),
                                         metric_name("non_finite_samples"),
                                         metric_name("late_switches"),
                                         metric_name("answered_ms"),
                                         metric_name("notes"),
                                         metric_name("voices_started"),
                                         metric_name("voices_stolen"),
                                         metric_name("notes_dropped"),
                                         metric_name("most_voices"),
                                         metric_name("busy_seconds"),
                                         metric_name("garbage_seconds"),
                                         metric_name("lua_bytes"),
                                         metric_name("quantum_us"),
                                         metric_name("quality_changes"),
                                         metric_name("late_events"),
                                         metric_name("rewinds"),
                                         metric_name("most_shallow_voices"),
                                         metric_name("frames_discarded"),
                                         metric_name("waiting_ms")};

std::string figure_text(const Metric& metric, std::uint64_t value) {
    if (value == 0) return "";
    if (metric.unit == MetricUnit::seconds) return fmt::format("{} {:.3f}", metric.name, seconds(value));
    return fmt::format("{} {}", metric.name, value);
}
std::string figure_text(const Metric& metric, const Distribution& distribution) {
    if (distribution.count() == 0) return "";
    const auto p = percentiles_of(distribution, scale_of(metric.unit));
    return fmt::format("{} p50 {:.1f} p99 {:.1f} max {:.1f}", metric.name, p.p50, p.p99, p.max);
}
std::string figure_text(const Metric& metric, const CountByActivity& counts) {
    std::string text;
    for (std::size_t a = 0; a < activities; ++a)
        if (counts[a] > 0) text += fmt::format(" {} {}", word_of(static_cast<Activity>(a)), counts[a]);
    return text.empty() ? text : std::string(metric.name) + text;
}

void other_figures(Out& out, const RunReport& r) {
    constexpr std::size_t widest = 100;
    std::string_view name = "also counted";
    std::string text;
    const auto put = [&] {
        if (!text.empty()) line(out, std::exchange(name, ""), "{}", text);
    };
    for_each_figure(r.figures, [&](const Metric& metric, const auto& value) {
        if (std::ranges::find(in_words, metric.name) != std::end(in_words)) return;
        const auto figure = figure_text(metric, value);
        if (figure.empty()) return;
        if (text.size() + figure.size() > widest) put(), text.clear();
        text += (text.empty() ? "" : ", ") + figure;
    });
    put();
}

void recordings(Out& out, const RunReport& r) {
    const auto length = [&](std::int64_t frames) { return static_cast<double>(frames) / r.rate_hz; };
    if (!r.recording.empty())
        line(out, "recording", "{}, {:.2f} s{}", r.recording, length(r.recorded_frames),
             r.recording_dropped_frames
                 ? fmt::format(", {} frames left out: the disk was too slow", r.recording_dropped_frames)
                 : "");
    if (!r.stems_folder.empty())
        line(out, "stems", "{}, {}{}", r.stems_folder, counted(r.stems.size(), "file", "files"),
             r.unheard_instruments ? fmt::format("; {} without a note, so without a file",
                                                 counted(r.unheard_instruments, "instrument", "instruments"))
                                   : "");
    for (const auto& stem : r.stems)
        line(out, "", "{}, {:.2f} s{}", stem.file, length(stem.frames),
             stem.dropped_frames ? fmt::format(", {} frames silent: the disk was too slow", stem.dropped_frames) : "");
    if (!r.midi_recording.empty())
        line(out, "MIDI file", "{}, {}, {:.2f} s", r.midi_recording,
             counted(r.midi_recorded_messages, "message", "messages"), length(r.midi_recorded_frames));
}

}  // namespace

std::string text_of(const RunReport& r) {
    Out out;
    line(out, "played", "{} -> {}", r.source, r.output);
    line(out, "length", "{:.2f} s in {:.2f} s{}", r.played_seconds, r.wall_seconds,
         r.offline && r.wall_seconds > 0 ? fmt::format(", {:.1f} times real time", r.played_seconds / r.wall_seconds)
                                         : "");
    line(out, "settings", "{:.0f} Hz, block {}, depth {} frames ({:.0f} ms), {}, at most {}, rig {}", r.rate_hz,
         r.block_frames, r.depth_frames, 1e3 * static_cast<double>(r.depth_frames) / r.rate_hz,
         counted(r.workers, "worker", "workers"), counted(r.voices, "voice", "voices"), r.rig);
    line(out, "scripts", "{}", r.script_runtime);
    if (!r.scheduling.empty()) line(out, "audio thread", "{}", r.scheduling);
    const auto& f = r.figures;
    line(out, "notes", "{}, {} started, at most {} at once, {} stolen, {} dropped", counted(f.notes, "note", "notes"),
         counted(f.voices_started, "voice", "voices"), f.most_voices, f.voices_stolen, f.notes_dropped);
    if (f.notes > 0 && f.voices_started == 0 && f.notes_dropped == 0)
        line(out, "unheard", "no instrument of the rig plays the channels and programs of these notes");
    for (const auto& p : r.midi_ports)
        line(out, "MIDI", "{}: {}{}", p.name, counted(p.events, "event", "events"),
             p.refused + p.dropped > 0
                 ? fmt::format(", {} dropped because a queue was full, {} incomplete or invalid", p.refused, p.dropped)
                 : "");
    underruns(out, r);
    least_fill(out, r);
    line(out, "peak", "{}",
         r.peak > 0 ? fmt::format("{:.1f} dB{}", 20 * std::log10(r.peak),
                                  f.limited_frames ? fmt::format(", limited in {} frames", f.limited_frames) : "")
                    : std::string("silence"));
    if (r.normalized_by_db) line(out, "", "normalized by {:+.1f} dB", *r.normalized_by_db);
    if (f.non_finite_samples > 0)
        line(out, "", "{} samples that were not numbers were replaced by silence", f.non_finite_samples);
    line(out, "callbacks", "{}: {}", f.callbacks, microseconds(f.callback_nanoseconds));
    if (!r.offline && f.interval_nanoseconds.count() > 0)
        line(out, "intervals", "{}", microseconds(f.interval_nanoseconds));
    if (r.device && r.device->underflows > 0) line(out, "device", "reported {} underflows", r.device->underflows);
    if (r.device && (r.device->late_blocks > 0 || r.device->abandoned_blocks > 0))
        line(out, "device", "{} blocks late by more than a block, {} given up", r.device->late_blocks,
             r.device->abandoned_blocks);
    rewinds(out, r);
    workers(out, r);
    other_figures(out, r);
    recordings(out, r);
    return fmt::to_string(out);
}

}  // namespace forerun
