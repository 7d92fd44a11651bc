// What an engine has counted, as plain numbers of one moment: one field for each figure of the table of metrics, workers taken
// together. Figures are what reports, results and tests read.
//
//   const auto before = figures_of(state);
//   ...
//   const auto figures = since(before, figures_of(state));
//   figures.underrun_events; figures.callback_nanoseconds.percentile(0.99);
//   for_each_figure(figures, [](const Metric& metric, const auto& value) { ... });
#pragma once

#include "shared/metrics/metric_copies.h"
#include "shared/metrics/metrics.h"
#include "shared/shared_state.h"

namespace forerun {

#define FORERUN_FIGURE(kind, name, unit, meaning) MetricCopy<kind> FORERUN_FIELD_##unit(name){};
struct Figures {
    FORERUN_METRICS(FORERUN_FIGURE, FORERUN_FIGURE, FORERUN_FIGURE, FORERUN_FIGURE)
};
#undef FORERUN_FIGURE

// [any thread] Beside running writers: each number is right, and may be a count or two older than its neighbour.
Figures figures_of(const SharedState& state);
// Of one worker alone; what others count is 0.
Figures figures_of(const WorkerLine& worker);

// What came between two moments. Gauges and maxima are those of the later one.
Figures since(const Figures& before, Figures now);

// In the order of the table.
template <typename Visit>
void for_each_figure(const Figures& figures, Visit visit) {
    std::size_t next = 0;
#define FORERUN_VISIT(kind, name, unit, meaning) visit(metrics[next++], figures.FORERUN_FIELD_##unit(name));
    FORERUN_METRICS(FORERUN_VISIT, FORERUN_VISIT, FORERUN_VISIT, FORERUN_VISIT)
#undef FORERUN_VISIT
}

}  // namespace forerun
