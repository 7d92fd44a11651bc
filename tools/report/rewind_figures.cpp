#include "tools/report/rewind_figures.h"

#include <nlohmann/json.hpp>

namespace forerun {

RewindFigures rewind_figures(const SharedState& state) {
    const auto now = [](const std::atomic<std::uint64_t>& value) { return value.load(std::memory_order_relaxed); };
    const auto& header = state.header();
    RewindFigures f;
    f.switches = now(header.mixer.switches);
    f.late_switches = now(header.mixer.late_switches);
    f.response_milliseconds = percentiles_of({&header.mixer.response_nanoseconds}, 1e-6);
    f.lateness_frames = percentiles_of({&header.mixer.lateness_frames}, 1);
    std::vector<const Histogram*> waiting, rewind, floor, checkpoint;
    std::uint64_t discarded = 0, repeated = 0;
    for (std::uint32_t w = 0; w < header.workers; ++w) {
        const auto& line = state.worker(w);
        f.rewinds += now(line.rewinds);
        f.rewinds_again += now(line.rewinds_again);
        f.rewinds_overtaken += now(line.rewinds_overtaken);
        f.events_moved += now(line.events_moved);
        f.events_waited += now(line.late_events);
        f.most_shallow_voices += now(line.most_shallow_voices);
        discarded += now(line.frames_discarded);
        repeated += now(line.frames_repeated);
        waiting.push_back(&line.waiting_nanoseconds);
        rewind.push_back(&line.rewind_nanoseconds);
        floor.push_back(&line.floor_nanoseconds);
        checkpoint.push_back(&line.checkpoint_nanoseconds);
    }
    f.discarded_seconds = static_cast<double>(discarded) / header.rate_hz;
    f.repeated_seconds = static_cast<double>(repeated) / header.rate_hz;
    f.waiting_milliseconds = percentiles_of(waiting, 1e-6);
    f.rewind_microseconds = percentiles_of(rewind, 1e-3);
    f.floor_milliseconds = percentiles_of(floor, 1e-6);
    f.checkpoint_microseconds = percentiles_of(checkpoint, 1e-3);
    return f;
}

nlohmann::ordered_json json_of(const RewindFigures& f) {
    return {{"rewinds", f.rewinds},
            {"replaced_before_taken", f.rewinds_again},
            {"overtaken", f.rewinds_overtaken},
            {"switches", f.switches},
            {"late_switches", f.late_switches},
            {"events_moved", f.events_moved},
            {"events_waited", f.events_waited},
            {"most_shallow_voices", f.most_shallow_voices},
            {"discarded_voice_seconds", f.discarded_seconds},
            {"repeated_voice_seconds", f.repeated_seconds},
            {"response_milliseconds", json_of(f.response_milliseconds)},
            {"waiting_milliseconds", json_of(f.waiting_milliseconds)},
            {"lateness_frames", json_of(f.lateness_frames)},
            {"rewind_microseconds", json_of(f.rewind_microseconds)},
            {"floor_milliseconds", json_of(f.floor_milliseconds)},
            {"checkpoint_microseconds", json_of(f.checkpoint_microseconds)}};
}

}  // namespace forerun
