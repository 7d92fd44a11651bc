#include "tools/measure/run/cell_counts.h"

#include <sys/resource.h>

#include <algorithm>
#include <string>
#include <utility>

#include "tools/report/reported_figures.h"
#include "tools/report/run_report.h"

namespace forerun::measure {
namespace {

void put_buckets(CellRecord& record, std::string_view name, const Distribution& distribution, double scale) {
    if (auto buckets = buckets_of(distribution, scale); !buckets.empty())
        record.histograms[std::string(name)] = std::move(buckets);
}

void put_figure(CellRecord& record, const Metric& metric, const Distribution& distribution) {
    put_buckets(record, metric.name, distribution, scale_of(metric.unit));
}
template <typename Value>
void put_figure(CellRecord& record, const Metric& metric, const Value& value) {
    record.cell["counts"][metric.name] = reported(metric, value);
}

}  // namespace

CellCounts::CellCounts(const Engine& engine, const Device& device, const CellProbes& probes)
    : engine_(engine), device_(device), probes_(probes), before_(read()) {}

void CellCounts::finish() { after_ = read(); }

CellCounts::Reading CellCounts::read() const {
    const auto& state = engine_.state();
    const auto device = device_.statistics();
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    Reading r;
    r.figures = figures_of(state);
    r.others = {{"traces_compiled", probes_.traces_compiled()},
                {"trace_aborts", probes_.trace_aborts()},
                {"page_faults", usage.ru_minflt},
                {"page_faults_from_disk", usage.ru_majflt},
                {"context_switches_forced", usage.ru_nivcsw}};
    for (const auto& figure : device_figures)
        if (figure.grows) r.others[figure.name] = figure.of(device);
    for (const auto kind :
         {FaultKind::stall, FaultKind::garbage, FaultKind::cold_jit, FaultKind::page_faults, FaultKind::priority_loss})
        r.faults[name_of(kind)] = probes_.faults(kind);
    r.nanoseconds = monotonic_nanoseconds();
    r.frame = state.clock().frame();
    r.process_cpu_seconds = process_cpu_seconds();
    return r;
}

void CellCounts::read_answers() { answers_ = figures_of(engine_.state()); }

void CellCounts::put(CellRecord& record, const CellRecorder::Counts& recorded) const {
    const double seconds = static_cast<double>(after_.nanoseconds - before_.nanoseconds) / 1e9;
    auto& j = record.cell;
    j["seconds"] = seconds;
    j["frames"] = after_.frame - before_.frame;
    j["counts"] = Json::object();
    auto figures = since(before_.figures, after_.figures);
    // Of an event that waits for the buffer the time until it will be heard is known when it comes; of the others, later.
    figures.answered_nanoseconds = answers_.answered_nanoseconds;
    figures.waiting_nanoseconds = answers_.waiting_nanoseconds;
    figures.lateness_frames = answers_.lateness_frames;
    figures.rewind_nanoseconds = answers_.rewind_nanoseconds;
    figures.floor_nanoseconds = answers_.floor_nanoseconds;
    for_each_figure(figures, [&](const Metric& metric, const auto& value) { put_figure(record, metric, value); });
    put_buckets(record, figure_name("response_ms"), response_nanoseconds(figures), scale_of(MetricUnit::ms));
    for (const auto& [name, value] : after_.others.items())
        j["counts"][name] = value.get<std::int64_t>() - before_.others.at(name).get<std::int64_t>();
    for (const auto& [name, times] : after_.faults.items())
        if (times != before_.faults.at(name))
            j["faults"][name] = times.get<std::int64_t>() - before_.faults.at(name).get<std::int64_t>();
    j["counts"]["spans_lost"] = recorded.spans_lost;
    j["counts"]["script_errors"] = recorded.errors;
    if (!recorded.first_error.empty()) j["first_error"] = recorded.first_error;
    j[figure_name("cpu_share")] = static_cast<double>(figures.busy_nanoseconds) / 1e9 / seconds;
    j[figure_name("garbage_share")] = static_cast<double>(figures.garbage_nanoseconds) / 1e9 / seconds;
    j[figure_name("process_cpu_share")] = (after_.process_cpu_seconds - before_.process_cpu_seconds) / seconds;
    j[figure_name("rendered_per_played")] =
        static_cast<double>(figures.frames_rendered) /
        std::max(1.0, static_cast<double>(after_.frame - before_.frame) * j["parameters"]["voices"].get<double>());
}

}  // namespace forerun::measure
