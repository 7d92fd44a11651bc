#include "tools/measure/statistics/point_differences.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "tools/measure/record/csv.h"
#include "tools/measure/statistics/differences.h"
#include "tools/measure/statistics/figure_json.h"
#include "tools/report/json_output.h"

namespace forerun::measure {

namespace {

using Json = nlohmann::ordered_json;

struct Measure {
    const char* name;
    double (*of)(const MeasuredRun&);  // not a number: that run has none
    bool shown_when_all_zero;
};

double response_p99(const MeasuredRun& run) {
    const auto found = run.histograms.find("response_ms");
    return found == run.histograms.end() ? unknown : percentile_of(found->second, 0.99);
}
double incidents_per_hour(const MeasuredRun& run) {
    return static_cast<double>(run.incidents().size()) * 3600 / run.seconds;
}
double cpu_share(const MeasuredRun& run) { return run.cpu_seconds / run.seconds; }

constexpr Measure measures[] = {{"response_ms p99", response_p99, true},
                                {"incidents_per_hour", incidents_per_hour, false},
                                {"cpu_share", cpu_share, true}};

// The values of a factor that occur, in the order in which they are compared.
std::vector<Json> values_of(const std::string& factor, const std::vector<MeasuredPoint>& points) {
    std::vector<Json> values;
    for (const auto& point : points) {
        const auto& value = point.parameters.at(factor);
        if (std::find(values.begin(), values.end(), value) == values.end()) values.push_back(value);
    }
    if (std::all_of(values.begin(), values.end(), [](const Json& v) { return v.is_number(); }))
        std::sort(values.begin(), values.end());
    return values;
}

// a before b, and no number between them.
bool compared(const std::vector<Json>& values, const Json& a, const Json& b) {
    const auto at = [&values](const Json& v) { return std::find(values.begin(), values.end(), v) - values.begin(); };
    return a.is_number() && b.is_number() ? at(b) - at(a) == 1 : at(b) > at(a);
}

// The one parameter in which they differ.
std::optional<std::string> difference_between(const Json& a, const Json& b, const std::vector<std::string>& factors) {
    std::optional<std::string> differs;
    for (const auto& factor : factors) {
        if (a.at(factor) == b.at(factor)) continue;
        if (differs) return std::nullopt;
        differs = factor;
    }
    return differs;
}

std::vector<Pair> pairs_of(const MeasuredPoint& a, const MeasuredPoint& b, const Measure& measure) {
    std::vector<Pair> pairs;
    for (const auto& run : a.runs) {
        const auto same = std::find_if(b.runs.begin(), b.runs.end(),
                                       [&run](const MeasuredRun& other) { return other.repeat == run.repeat; });
        if (same == b.runs.end()) continue;
        const Pair pair{measure.of(run), measure.of(*same)};
        if (std::isfinite(pair.a) && std::isfinite(pair.b)) pairs.push_back(pair);
    }
    return pairs;
}

}  // namespace

Json point_differences(const std::vector<MeasuredPoint>& points, const std::vector<std::string>& factors,
                       std::uint64_t seed) {
    Json differences = Json::array();
    for (const auto& factor : factors) {
        const auto values = values_of(factor, points);
        for (const auto& a : points)
            for (const auto& b : points) {
                if (difference_between(a.parameters, b.parameters, factors) != factor) continue;
                const auto &from = a.parameters.at(factor), &to = b.parameters.at(factor);
                if (!compared(values, from, to)) continue;
                Json others = Json::object();
                for (const auto& other : factors)
                    if (other != factor) others[other] = a.parameters.at(other);
                for (const auto& measure : measures) {
                    const auto pairs = pairs_of(a, b, measure);
                    const bool all_zero =
                        std::all_of(pairs.begin(), pairs.end(), [](const Pair& p) { return p.a == 0 && p.b == 0; });
                    if (pairs.size() < 2 || (all_zero && !measure.shown_when_all_zero)) continue;
                    const auto stream = fmt::format("points {} {} {}", a.point, b.point, measure.name);
                    const auto found = difference_of(pairs, Draws(seed, stream));
                    Json j = {{"factor", factor},
                              {"a", from},
                              {"b", to},
                              {"parameters", others},
                              {"measure", measure.name},
                              {"value", json_of(found.value)},
                              {"low", json_of(found.low)},
                              {"high", json_of(found.high)},
                              {"pairs", pairs.size()}};
                    if (const auto ratio = ratio_of(pairs, Draws(seed, stream + " ratio")))
                        j["ratio"] = json_of(*ratio);
                    differences.push_back(std::move(j));
                }
            }
    }
    return differences;
}

std::string differences_csv(const Json& differences, const std::vector<std::string>& factors) {
    const auto field = [](const Json& object, const std::string& name) {
        const auto found = object.find(name);
        if (found == object.end() || found->is_null()) return std::string();
        return found->is_string() ? csv_text(found->get<std::string>()) : json_text(*found);
    };
    std::string text = "factor,a,b,measure,value,low,high,ratio,ratio_low,ratio_high,pairs";
    for (const auto& factor : factors) text.append(",").append(factor);
    text += '\n';
    for (const auto& j : differences) {
        for (const auto* name : {"factor", "a", "b", "measure", "value", "low", "high"})
            text.append(field(j, name)).append(",");
        const Json ratio = j.value("ratio", Json::object());
        for (const auto* name : {"value", "low", "high"}) text.append(field(ratio, name)).append(",");
        text += field(j, "pairs");
        for (const auto& factor : factors) text.append(",").append(field(j.at("parameters"), factor));
        text += '\n';
    }
    return text;
}

}  // namespace forerun::measure
