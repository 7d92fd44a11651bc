#include "tools/report/reported_figures.h"

#include <nlohmann/json.hpp>

#include "tools/report/percentiles.h"

namespace forerun {

using Json = nlohmann::ordered_json;

namespace {

bool is_empty(const Distribution& distribution) { return distribution.count() == 0; }
bool is_empty(const CountByActivity&) { return false; }
bool is_empty(std::uint64_t) { return false; }

}  // namespace

Distribution response_nanoseconds(const Figures& figures) {
    auto all = figures.answered_nanoseconds;
    all.add(figures.waiting_nanoseconds);
    return all;
}

Json reported(const Metric& metric, std::uint64_t value) {
    if (metric.unit != MetricUnit::seconds) return value;
    return static_cast<double>(value) * scale_of(metric.unit);
}

Json reported(const Metric&, const CountByActivity& counts) {
    Json by_activity = Json::object();
    for (std::size_t a = 0; a < counts.size(); ++a) by_activity[word_of(static_cast<Activity>(a))] = counts[a];
    return by_activity;
}

Json reported(const Metric& metric, const Distribution& distribution) {
    return json_of(percentiles_of(distribution, scale_of(metric.unit)));
}

void put_figures(Json& into, const Figures& figures) {
    for_each_figure(figures, [&](const Metric& metric, const auto& value) {
        if (!is_empty(value)) into[metric.name] = reported(metric, value);
    });
    if (const auto response = response_nanoseconds(figures); !is_empty(response))
        into[figure_name("response_ms")] = json_of(percentiles_of(response, scale_of(MetricUnit::ms)));
}

Json worker_figures(const Figures& figures) {
    Json of_worker = Json::object();
    for_each_figure(figures, [&](const Metric& metric, const auto& value) {
        if (metric.writer == MetricWriter::worker && !is_empty(value)) of_worker[metric.name] = reported(metric, value);
    });
    return of_worker;
}

}  // namespace forerun
