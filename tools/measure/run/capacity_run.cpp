#include "tools/measure/run/capacity_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

#include "tools/measure/record/cell_record.h"
#include "tools/measure/run/capacity.h"
#include "tools/measure/statistics/incidents.h"

namespace forerun::measure {
namespace {

namespace fs = std::filesystem;

constexpr int first_try = 8;

fs::path folder_of(const ResultFolder& folder, int point, int voices) {
    return folder.path() / "capacity" / fmt::format("p{:03}", point) / fmt::format("v{:04}", voices);
}

Plan plan_of(const Plan& whole, int point, int voices) {
    Plan plan = whole;
    plan.title = fmt::format("point {} with {} voices", point, voices);
    plan.repeats = capacity_runs;
    plan.points = {whole.points.at(static_cast<std::size_t>(point - 1))};
    plan.points[0].set("voices", voices);
    return plan;
}

// Incidents of all runs of a try; nothing when it is not whole.
std::optional<std::size_t> incidents_in(const fs::path& tried) {
    if (std::error_code ignored; !fs::exists(tried / "plan.json", ignored)) return {};
    const ResultFolder folder(tried);
    if (folder.done().size() != folder.plan().order().size()) return {};
    std::size_t incidents = 0;
    for (const auto& name : folder.done()) {
        const auto record = read_cell(folder.cell(name), false);
        incidents += incidents_of(record.gaps, record.cell.at("block_frames").get<std::int64_t>()).size();
    }
    return incidents;
}

int most_voices(const Point& point) { return static_cast<int>(point.whole("voices")); }

}  // namespace

Outcome find_capacity(const ResultFolder& folder, const std::function<void(const std::string&)>& report) {
    Outcome all;
    for (std::size_t p = 1; p <= folder.plan().points.size(); ++p) {
        const int point = static_cast<int>(p);
        CapacitySearch search(most_voices(folder.plan().points[p - 1]), first_try);
        while (const auto voices = search.next()) {
            const auto tried = folder_of(folder, point, *voices);
            auto incidents = incidents_in(tried);
            if (!incidents) {
                report(fmt::format("point {}: {} voices", point, *voices));
                const ResultFolder trial(tried, plan_of(folder.plan(), point, *voices));
                const auto outcome = run_experiment(trial, {}, [](const Progress&) {});
                all.run += outcome.run;
                for (const auto& why : outcome.failed)
                    all.failed.push_back(fmt::format("point {}, {} voices, {}", point, *voices, why));
                all.stopped = outcome.stopped;
                incidents = incidents_in(tried);
                if (all.stopped || !incidents) break;
            }
            search.record(*voices, *incidents == 0);
        }
        if (all.stopped) break;
    }
    return all;
}

Json capacity_json(const ResultFolder& folder) {
    Json list = Json::array();
    for (std::size_t p = 1; p <= folder.plan().points.size(); ++p) {
        const auto& point = folder.plan().points[p - 1];
        CapacitySearch search(most_voices(point), first_try);
        std::map<int, std::size_t> tried;
        while (const auto voices = search.next()) {
            const auto incidents = incidents_in(folder_of(folder, static_cast<int>(p), *voices));
            if (!incidents) break;
            tried[*voices] = *incidents;
            search.record(*voices, *incidents == 0);
        }
        if (tried.empty() || search.next()) continue;
        auto parameters = point.values();
        parameters.erase("voices");
        Json entry = {{"point", p}, {"parameters", parameters}, {"voices", search.clean()}, {"tried", Json::array()}};
        if (search.limited_by_most()) entry["or_more"] = true;
        for (const auto& [voices, incidents] : tried) entry["tried"].push_back({voices, capacity_runs, incidents});
        list.push_back(entry);
    }
    return list;
}

}  // namespace forerun::measure
