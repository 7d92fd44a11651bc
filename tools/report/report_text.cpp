// The report as people read it. Lines that would only say that nothing happened are left out, except underruns. Problems
// are not in it: the commands print them to stderr.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "shared/text/printable.h"
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

std::string percentiles(const Percentiles& p) {
    return fmt::format("p50 {:.1f}, p99 {:.1f}, p99.9 {:.1f}, max {:.1f} µs", p.p50, p.p99, p.p999, p.max);
}

void underruns(Out& out, const RunReport& r) {
    if (r.underrun_events == 0) {
        line(out, "underruns", "none");
        return;
    }
    line(out, "underruns", "{}, {} ({:.1f} ms)", counted(r.underrun_events, "event", "events"),
         counted(r.underrun_frames, "frame", "frames"), 1e3 * static_cast<double>(r.underrun_frames) / r.rate_hz);
    std::string causes;
    for (std::size_t a = 0; a < r.underrun_events_by_activity.size(); ++a)
        if (r.underrun_events_by_activity[a] > 0)
            causes += fmt::format("{}{} while its worker was {}", causes.empty() ? "" : ", ",
                                  r.underrun_events_by_activity[a], name_of(static_cast<Activity>(a)));
    if (!causes.empty()) line(out, "", "{}", causes);
    if (r.late_starts > 0) line(out, "", "{} of them at the start of a voice", r.late_starts);
    if (r.lost_reports > 0) line(out, "", "{} records did not fit into the log", r.lost_reports);
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
             "{}: load {:.0f} %, rendering {:.2f} s, garbage {:.3f} s, Lua {:.1f} MB, quantum {}", w, 100 * f.load,
             f.busy_seconds, f.garbage_seconds, static_cast<double>(f.lua_bytes) / 1e6,
             percentiles(f.quantum_microseconds));
    }
    std::uint64_t changes = 0, skips = 0, late = 0;
    for (const auto& f : r.worker) {
        changes += f.quality_changes;
        skips += f.skips;
        late += f.late_events;
    }
    line(out, "quality", "{}", r.quality_scaling ? counted(changes, "change", "changes") : std::string("fixed"));
    if (skips > 0) line(out, "skips", "{}", skips);
    if (late > 0)
        line(out, "late events", "{} applied after their time, or not at all because the voice had ended", late);
    if (r.voice_seconds_per_cpu_second > 0)
        line(out, "efficiency", "{:.1f} voice-seconds per CPU-second of the workers", r.voice_seconds_per_cpu_second);
}

void rewinds(Out& out, const RunReport& r) {
    const auto& f = r.rewind;
    const auto milliseconds = [](const Percentiles& p) {
        return fmt::format("p50 {:.1f}, p99 {:.1f}, max {:.1f} ms", p.p50, p.p99, p.max);
    };
    if (f.response_milliseconds.count > 0)
        line(out, "response", "{} from a live event to the first block that holds it ({})",
             milliseconds(f.response_milliseconds), counted(f.response_milliseconds.count, "event", "events"));
    if (f.rewinds > 0)
        line(out, "rewinds", "{}, {} applied late by a crossfade, {:.1f} s of rendered audio discarded", f.rewinds,
             f.late_switches, f.discarded_seconds);
    if (f.most_shallow_voices > 0)
        line(out, "shallow",
             "up to {} at once, rendered only as far ahead as --floor says, to keep the load under its ceiling",
             counted(f.most_shallow_voices, "voice with many events", "voices with many events"));
    if (f.waiting_milliseconds.count > 0)
        line(out, "waited", "{} for audio that was rendered ahead: {}",
             counted(f.waiting_milliseconds.count, "live event", "live events"), milliseconds(f.waiting_milliseconds));
}

void recordings(Out& out, const RunReport& r) {
    const auto seconds = [&](std::int64_t frames) { return static_cast<double>(frames) / r.rate_hz; };
    if (!r.recording.empty())
        line(out, "recording", "{}, {:.2f} s{}", r.recording, seconds(r.recorded_frames),
             r.recording_dropped_frames
                 ? fmt::format(", {} frames left out: the disk was too slow", r.recording_dropped_frames)
                 : "");
    if (!r.stems_folder.empty())
        line(out, "stems", "{}, {}{}", r.stems_folder, counted(r.stems.size(), "file", "files"),
             r.unheard_instruments ? fmt::format("; {} without a note, so without a file",
                                                 counted(r.unheard_instruments, "instrument", "instruments"))
                                   : "");
    for (const auto& stem : r.stems)
        line(out, "", "{}, {:.2f} s{}", stem.file, seconds(stem.frames),
             stem.dropped_frames ? fmt::format(", {} frames silent: the disk was too slow", stem.dropped_frames) : "");
    if (!r.midi_recording.empty())
        line(out, "MIDI file", "{}, {}, {:.2f} s", r.midi_recording,
             counted(r.midi_recorded_messages, "message", "messages"), seconds(r.midi_recorded_frames));
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
    line(out, "notes", "{}, {} started, at most {} at once, {} stolen, {} dropped", counted(r.notes, "note", "notes"),
         counted(r.voices_started, "voice", "voices"), r.most_voices, r.voices_stolen, r.notes_dropped);
    if (r.notes > 0 && r.voices_started == 0 && r.notes_dropped == 0)
        line(out, "unheard", "no instrument of the rig plays the channels and programs of these notes");
    for (const auto& p : r.midi_ports)
        line(out, "MIDI", "{}: {}{}", p.name, counted(p.events, "event", "events"),
             p.refused + p.dropped > 0
                 ? fmt::format(", {} dropped because a queue was full, {} incomplete or invalid", p.refused, p.dropped)
                 : "");
    if (r.notifications_lost > 0) line(out, "", "{} notifications were lost", r.notifications_lost);
    underruns(out, r);
    least_fill(out, r);
    line(out, "peak", "{}",
         r.peak > 0 ? fmt::format("{:.1f} dB{}", 20 * std::log10(r.peak),
                                  r.limited_frames ? fmt::format(", limited in {} frames", r.limited_frames) : "")
                    : std::string("silence"));
    if (r.normalized_by_db) line(out, "", "normalized by {:+.1f} dB", *r.normalized_by_db);
    if (r.non_finite_samples > 0)
        line(out, "", "{} samples that were not numbers were replaced by silence", r.non_finite_samples);
    line(out, "callbacks", "{}: {}", r.callbacks, percentiles(r.callback_microseconds));
    if (!r.offline && r.interval_microseconds.count > 0)
        line(out, "intervals", "{}", percentiles(r.interval_microseconds));
    if (r.device && r.device->underflows > 0) line(out, "device", "reported {} underflows", r.device->underflows);
    if (r.device && (r.device->late_blocks > 0 || r.device->abandoned_blocks > 0))
        line(out, "device", "{} blocks late by more than a block, {} given up", r.device->late_blocks,
             r.device->abandoned_blocks);
    rewinds(out, r);
    workers(out, r);
    recordings(out, r);
    return fmt::to_string(out);
}

}  // namespace forerun
