#include "tools/report/run_report.h"

#if defined(__unix__) || defined(__APPLE__)
#include <sys/resource.h>
#endif

namespace forerun {

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

    r.figures = figures_of(state);
    r.worker.clear();
    for (std::uint32_t w = 0; w < h.workers; ++w) r.worker.push_back(figures_of(state.worker(w)));
    for (auto& voice : r.least_fill)
        if (voice.fill.instrument < rig.instruments.size())
            voice.instrument = rig.instruments[voice.fill.instrument].name;
}

double load_of(const RunReport& r, const Figures& worker) {
    const auto busy = static_cast<double>(worker.busy_nanoseconds + worker.garbage_nanoseconds) * 1e-9;
    return r.wall_seconds > 0 ? busy / r.wall_seconds : 0;
}

double voice_seconds_per_cpu_second(const RunReport& r) {
    const auto cpu_seconds = static_cast<double>(r.figures.cpu_nanoseconds) * 1e-9;
    return cpu_seconds > 0 ? static_cast<double>(r.figures.frames_rendered) / r.rate_hz / cpu_seconds : 0;
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
