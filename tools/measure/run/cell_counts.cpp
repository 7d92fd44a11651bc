#include "tools/measure/run/cell_counts.h"

#include <sys/resource.h>

#include <algorithm>
#include <vector>

#include "tools/report/run_report.h"

namespace forerun::measure {
namespace {

template <typename Member>
std::uint64_t sum_of_workers(const SharedState& state, Member member) {
    std::uint64_t sum = 0;
    for (std::uint32_t w = 0; w < state.header().workers; ++w)
        sum += static_cast<std::uint64_t>((state.worker(w).*member).load());
    return sum;
}

Buckets of_workers(const SharedState& state, Histogram WorkerLine::*member, double scale) {
    Buckets all;
    for (std::uint32_t w = 0; w < state.header().workers; ++w) merge(all, buckets_of(state.worker(w).*member, scale));
    return all;
}

}  // namespace

CellCounts::CellCounts(const Engine& engine, const Device& device, const CellProbes& probes)
    : engine_(engine), device_(device), probes_(probes), before_(read()) {}

void CellCounts::finish() { after_ = read(); }

CellCounts::Reading CellCounts::read() const {
    const auto& state = engine_.state();
    const auto& mixer = state.header().mixer;
    const auto& conductor = state.header().conductor;
    const auto device = device_.statistics();
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    const auto worker = [&](auto member) { return sum_of_workers(state, member); };
    Reading r;
    r.counts = {{"callbacks", mixer.callbacks.load()},
                {"underrun_events", mixer.underrun_events.load()},
                {"underrun_frames", mixer.underrun_frames.load()},
                {"late_starts", mixer.late_starts.load()},
                {"underrun_records_lost", mixer.lost_reports.load() + conductor.notifications_lost.load()},
                {"switches", mixer.switches.load()},
                {"late_switches", mixer.late_switches.load()},
                {"rewinds", worker(&WorkerLine::rewinds)},
                {"rewinds_again", worker(&WorkerLine::rewinds_again)},
                {"rewinds_overtaken", worker(&WorkerLine::rewinds_overtaken)},
                {"events_moved", worker(&WorkerLine::events_moved)},
                {"events_late", worker(&WorkerLine::late_events)},
                {"events_refused", conductor.events_refused.load()},
                {"frames_rendered", worker(&WorkerLine::frames_rendered)},
                {"frames_discarded", worker(&WorkerLine::frames_discarded)},
                {"frames_repeated", worker(&WorkerLine::frames_repeated)},
                {"skips", worker(&WorkerLine::skips)},
                {"quality_changes", worker(&WorkerLine::quality_changes)},
                {"traces_compiled", probes_.traces_compiled()},
                {"traces_aborted", probes_.traces_aborted()},
                {"voices_started", conductor.voices_started.load()},
                {"voices_stolen", conductor.voices_stolen.load()},
                {"device_underflows", device.underflows},
                {"device_late_blocks", device.late_blocks},
                {"device_abandoned_blocks", device.abandoned_blocks},
                {"page_faults", usage.ru_minflt},
                {"page_faults_from_disk", usage.ru_majflt},
                {"context_switches_forced", usage.ru_nivcsw}};
    for (const auto kind :
         {FaultKind::stall, FaultKind::garbage, FaultKind::cold_jit, FaultKind::page_faults, FaultKind::priority_loss})
        r.faults[name_of(kind)] = probes_.faults(kind);
    r.nanoseconds = monotonic_nanoseconds();
    r.frame = state.clock().frame();
    r.busy = static_cast<std::int64_t>(worker(&WorkerLine::busy_nanoseconds));
    r.garbage = static_cast<std::int64_t>(worker(&WorkerLine::garbage_nanoseconds));
    r.process_cpu_seconds = process_cpu_seconds();
    r.histograms["callback_us"] = buckets_of(mixer.callback_nanoseconds, 1e-3);
    r.histograms["interval_us"] = buckets_of(mixer.interval_nanoseconds, 1e-3);
    r.histograms["quantum_us"] = of_workers(state, &WorkerLine::quantum_nanoseconds, 1e-3);
    r.histograms["checkpoint_us"] = of_workers(state, &WorkerLine::checkpoint_nanoseconds, 1e-3);
    r.histograms["garbage_step_us"] = of_workers(state, &WorkerLine::garbage_step_nanoseconds, 1e-3);
    return r;
}

void CellCounts::read_answers(CellRecord& record) const {
    const auto& state = engine_.state();
    const auto& mixer = state.header().mixer;
    // Of an event that waits for the buffer the time until it will be heard is known when it comes.
    auto& response = record.histograms["response_ms"];
    response = buckets_of(mixer.response_nanoseconds, 1e-6);
    merge(response, of_workers(state, &WorkerLine::waiting_nanoseconds, 1e-6));
    record.histograms["lateness_frames"] = buckets_of(mixer.lateness_frames, 1);
    record.histograms["rewind_us"] = of_workers(state, &WorkerLine::rewind_nanoseconds, 1e-3);
    record.histograms["floor_ms"] = of_workers(state, &WorkerLine::floor_nanoseconds, 1e-6);
}

void CellCounts::put(CellRecord& record, const CellRecorder::Counts& told) const {
    const double seconds = static_cast<double>(after_.nanoseconds - before_.nanoseconds) / 1e9;
    auto& j = record.cell;
    j["seconds"] = seconds;
    j["frames"] = after_.frame - before_.frame;
    j["counts"] = Json::object();
    for (const auto& [name, value] : after_.counts.items())
        j["counts"][name] = value.get<std::int64_t>() - before_.counts.at(name).get<std::int64_t>();
    for (const auto& [name, times] : after_.faults.items())
        if (times != before_.faults.at(name))
            j["faults"][name] = times.get<std::int64_t>() - before_.faults.at(name).get<std::int64_t>();
    j["counts"]["spans_lost"] = told.spans_lost;
    j["counts"]["script_errors"] = told.errors;
    if (!told.first_error.empty()) j["first_error"] = told.first_error;
    j["cpu_share"] = static_cast<double>(after_.busy - before_.busy) / 1e9 / seconds;
    j["garbage_share"] = static_cast<double>(after_.garbage - before_.garbage) / 1e9 / seconds;
    j["process_cpu_share"] = (after_.process_cpu_seconds - before_.process_cpu_seconds) / seconds;
    j["rendered_per_played"] =
        j["counts"]["frames_rendered"].get<double>() /
        std::max(1.0, static_cast<double>(after_.frame - before_.frame) * j["parameters"]["voices"].get<double>());
    for (const auto& [name, buckets] : after_.histograms)
        record.histograms[name] = since(before_.histograms.at(name), buckets);
    std::erase_if(record.histograms, [](const auto& named) { return named.second.empty(); });
}

}  // namespace forerun::measure
