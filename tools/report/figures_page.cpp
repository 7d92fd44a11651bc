#include "tools/report/figures_page.h"

#include <fmt/format.h>

#include "tools/report/reported_figures.h"

namespace forerun {

namespace {

constexpr std::string_view head = R"(# Figures

Everything that an engine counts, each under its one name. They stand in

- the file of `--json`, of `forerun play`, `render` and `measure latency`: all of them, workers taken together; `workers` has those
  that workers count again, for each. Distributions are reported as `count`, `p50`, `p99`, `p999` and `max`; one that nothing came to is
  left out;
- the report after `play` and `render`: in words, and what no line has words for under *also counted*;
- a result of `forerun measure`: `counts` in `cell.json` has what came while it was measured, `histograms.csv` the distributions,
  raw ([measure.md](measure.md));
- a program that embeds the engine: `figures_of(engine.state())` in `shared/figures.h`. Times are nanoseconds there
  (`quantum_nanoseconds` is reported as `quantum_us`).

This page is made of `shared/metrics/metric_table.h` and `tools/report/reported_figures.h` by
`FORERUN_WRITE_PAGES=1 build/forerun_tests "the page of figures*"`; a test finds out when it was not.

## Counted by the engine

A *Counter* grows, a *Gauge* is how much there is now, a *Maximum* the most there was at once, a *Histogram* a distribution. Of
several workers counts, gauges and maxima are added up.

| figure | unit | kind | counted by | |
|---|---|---|---|---|
)";

}  // namespace

std::string figures_page() {
    std::string page(head);
    for (const auto& metric : metrics)
        page += fmt::format("| `{}` | {} | {} | {} | {} |\n", metric.name, word_of(metric.unit), metric.kind,
                            word_of(metric.writer), metric.meaning);
    page += "\nActivities, by which underruns are counted: ";
    for (std::size_t a = 0; a < activities; ++a) {
        const auto activity = static_cast<Activity>(a);
        page += fmt::format("{}`{}` ({})", a == 0 ? "" : ", ", word_of(activity), name_of(activity));
    }
    page += ".\n\n## Counted by the device\n\n| figure | unit | |\n|---|---|---|\n";
    for (const auto& figure : device_figures)
        page += fmt::format("| `{}` | {} | {} |\n", figure.name, figure.unit, figure.meaning);
    page += "\n## Derived\n\n| figure | unit | |\n|---|---|---|\n";
    for (const auto& figure : derived_figures)
        page += fmt::format("| `{}` | {} | {} |\n", figure.name, figure.unit, figure.meaning);
    return page;
}

}  // namespace forerun
