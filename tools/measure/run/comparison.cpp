#include "tools/measure/run/comparison.h"

#include <fmt/format.h>

#include <optional>

#include "rt-engine/session/json_text.h"
#include "shared/bad_input.h"
#include "tools/measure/run/derived.h"
#include "tools/report/json_output.h"

namespace forerun::measure {
namespace {

struct Figure {
    const char* name;
    const char* path;  // in an entry of "points"
};
constexpr Figure figures[] = {{"incidents per hour", "/incidents_per_hour"},
                              {"response p50 ms", "/response_ms/p50"},
                              {"response p99 ms", "/response_ms/p99"},
                              {"callback p99 us", "/callback_us/p99"},
                              {"CPU share", "/cpu_share"},
                              {"rendered per played", "/rendered_per_played"}};

struct Interval {
    double value = 0, low = 0, high = 0;
    bool has_bounds = false;
};

std::optional<Interval> interval_of(const Json& point, const char* path) {
    const Json::json_pointer at(path);
    if (!point.contains(at)) return {};
    const auto& j = point.at(at);
    if (!j.is_object() || !j.contains("value") || !j.at("value").is_number()) return {};
    Interval interval{.value = j.at("value")};
    interval.has_bounds = j.at("low").is_number() && j.at("high").is_number();
    if (interval.has_bounds) interval.low = j.at("low"), interval.high = j.at("high");
    return interval;
}

std::string shown(const Interval& i) {
    if (!i.has_bounds) return fmt::format("{:.4g}", i.value);
    return fmt::format("{:.4g} ({:.4g} to {:.4g})", i.value, i.low, i.high);
}

std::string verdict(const Interval& a, const Interval& b) {
    if (!a.has_bounds || !b.has_bounds) return "";
    if (b.low > a.high) return "more";
    if (b.high < a.low) return "less";
    return "no difference shown";
}

// Our own text, of any length.
Json report_of(const ResultFolder& folder) {
    return parse_json<Json>(derived_files(folder).at("report.json"), folder.path().string(), "merge fewer cells",
                            std::size_t{1} << 30);
}

}  // namespace

std::string comparison_text(const ResultFolder& a, const ResultFolder& b) {
    const auto first = report_of(a), second = report_of(b);
    std::string text;
    for (const auto& point : first.at("points")) {
        for (const auto& other : second.at("points")) {
            if (point.at("parameters") != other.at("parameters")) continue;
            text += fmt::format("point {}", json_text(point.at("point")));
            for (const auto& factor : first.at("factors"))
                text += fmt::format("  {} {}", printable(factor.get<std::string>()),
                                    json_text(point.at("parameters").at(factor.get<std::string>())));
            text += '\n';
            for (const auto& figure : figures) {
                const auto there = interval_of(point, figure.path), here = interval_of(other, figure.path);
                if (there && here)
                    text += fmt::format("    {:<20} {:<34} {:<34} {}\n", figure.name, shown(*there), shown(*here),
                                        verdict(*there, *here));
            }
        }
    }
    if (text.empty())
        throw BadInput(
            fmt::format("--compare: {} and {} have no point in common", a.path().string(), b.path().string()));
    return text;
}

}  // namespace forerun::measure
