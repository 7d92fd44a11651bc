#include "tools/report/run_report.h"

#include <algorithm>

#if defined(__unix__) || defined(__APPLE__)
#include <sys/resource.h>
#endif

namespace forerun {

namespace {

// Statistics are single counters: a snapshot beside a running writer may be a count behind, which relaxed allows.
template <typename T>
T now(const std::atomic<T>& value) {
    return value.load(std::memory_order_relaxed);
}

WorkerFigures figures_of(const WorkerLine& line, double rate_hz, double wall_seconds) {
    WorkerFigures w;
    w.cpu_seconds = static_cast<double>(now(line.cpu_nanoseconds)) * 1e-9;
    w.busy_seconds = static_cast<double>(now(line.busy_nanoseconds)) * 1e-9;
    w.garbage_seconds = static_cast<double>(now(line.garbage_nanoseconds)) * 1e-9;
    w.load = wall_seconds > 0 ? (w.busy_seconds + w.garbage_seconds) / wall_seconds : 0;
    w.rendered_seconds = static_cast<double>(now(line.frames_rendered)) / rate_hz;
    w.lua_bytes = now(line.lua_bytes);
    w.late_events = now(line.late_events);
    w.skips = now(line.skips);
    w.quality_changes = now(line.quality_changes);
    w.quantum_microseconds = percentiles_of({&line.quantum_nanoseconds}, 1e-3);
    w.garbage_step_microseconds = percentiles_of({&line.garbage_step_nanoseconds}, 1e-3);
    return w;
}

}  // namespace

void collect(RunReport& r, const SharedState& state, const Configuration& configuration, const Rig& rig) {
    const auto& h = state.header();
    r.rig = rig.name;
    r.rate_hz = h.rate_hz;
    r.channels = h.channels;
    r.block_frames = configuration.block_frames;
    r.depth_frames = h.depth_frames;
    r.workers = h.workers;
    r.voices = h.voices;
    r.seed = configuration.seed;
    r.jit = configuration.jit;
    r.trust = configuration.trust;
    r.quality_scaling = configuration.quality_scaling;
    r.offline = configuration.offline;

    const auto& c = h.conductor;
    r.events = now(c.events);
    r.notes = now(c.notes);
    r.voices_started = now(c.voices_started);
    r.voices_stolen = now(c.voices_stolen);
    r.notes_dropped = now(c.notes_dropped);
    r.events_refused = now(c.events_refused);
    r.notifications_lost = now(c.notifications_lost);
    r.most_voices = now(c.most_voices);

    const auto& m = h.mixer;
    r.callbacks = now(m.callbacks);
    r.underrun_events = now(m.underrun_events);
    r.underrun_frames = now(m.underrun_frames);
    r.underrun_events_by_activity.clear();
    for (const auto& count : m.underrun_events_by_activity) r.underrun_events_by_activity.push_back(now(count));
    r.late_starts = now(m.late_starts);
    r.lost_reports = now(m.lost_reports);
    r.limited_frames = now(m.limited_frames);
    r.non_finite_samples = now(m.non_finite_samples);
    r.callback_microseconds = percentiles_of({&m.callback_nanoseconds}, 1e-3);
    r.interval_microseconds = percentiles_of({&m.interval_nanoseconds}, 1e-3);

    r.rewind = rewind_figures(state);
    r.worker.clear();
    double rendered = 0, spent = 0;
    for (std::uint32_t w = 0; w < h.workers; ++w) {
        r.worker.push_back(figures_of(state.worker(w), h.rate_hz, r.wall_seconds));
        rendered += r.worker.back().rendered_seconds;
        spent += r.worker.back().cpu_seconds;
    }
    r.voice_seconds_per_cpu_second = spent > 0 ? rendered / spent : 0;
    for (auto& voice : r.least_fill)
        if (voice.fill.instrument < rig.instruments.size())
            voice.instrument = rig.instruments[voice.fill.instrument].name;
}

double process_cpu_seconds() {
#if defined(__unix__) || defined(__APPLE__)
    rusage usage{};
    if (getrusage(RUSAGE_SELF, &usage) != 0) return 0;
    const auto seconds = [](const timeval& t) {
        return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec);
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
#else
    return 0;
#endif
}

}  // namespace forerun
