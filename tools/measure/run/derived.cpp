#include "tools/measure/run/derived.h"

#include <fmt/format.h>

#include <algorithm>

#include "shared/bad_input.h"
#include "tools/measure/record/cell_record.h"
#include "tools/measure/report/report_html.h"
#include "tools/measure/run/capacity_run.h"
#include "tools/measure/statistics/dropouts.h"
#include "tools/measure/statistics/figure_json.h"
#include "tools/measure/statistics/measured_point.h"
#include "tools/measure/statistics/point_differences.h"
#include "tools/measure/statistics/point_figures.h"
#include "tools/report/file_text.h"
#include "tools/report/json_output.h"

namespace forerun::measure {
namespace {

MeasuredRun run_of(const CellRecord& record) {
    const auto& cell = record.cell;
    MeasuredRun run;
    run.repeat = cell.at("repeat");
    run.seconds = cell.at("seconds");
    run.rate_hz = cell.at("rate_hz");
    run.block_frames = cell.at("block_frames");
    run.voice_frames = cell.at("frames").get<double>() * cell.at("parameters").at("voices").get<double>();
    run.frames_rendered = cell.at("counts").at("frames_rendered");
    run.cpu_seconds = cell.at("cpu_share").get<double>() * run.seconds;
    run.machine_pauses = record.pauses.size();
    for (const auto& s : record.workers) {
        if (!run.workers) run.workers.emplace();
        run.workers->collecting_seconds += s.micros[static_cast<std::size_t>(Cause::collecting)] / 1e6;
        run.workers->compiling_seconds += s.micros[static_cast<std::size_t>(Cause::compiling)] / 1e6;
        run.workers->trace_aborts += s.trace_aborts;
    }
    run.gaps = record.gaps;
    run.evidence = cell.value("evidence", Json());
    run.histograms = record.histograms;
    return run;
}

// Where the cells come from, without what every cell has anew. Cells that are alike are one entry.
class Provenances {
public:
    void add(const Json& of_cell) {
        Json p = of_cell;
        p.erase("load_before");
        for (auto& known : all_)
            if (known.second == p) {
                ++known.first;
                return;
            }
        all_.emplace_back(1, p);
    }
    Json json() const {
        Json list = Json::array();
        for (const auto& [cells, p] : all_) {
            Json entry = {{"cells", cells}};
            entry.update(p);
            list.push_back(entry);
        }
        return list;
    }

private:
    std::vector<std::pair<int, Json>> all_;
};

// Means over the points that were recorded and those that were only counted; the plan says which are compared. Underruns as
// the engine counted them: of cells that are not recorded no gap is known.
Json recording_cost(const std::vector<Json>& points, const std::map<std::string, std::uint64_t>& underruns) {
    const auto mean = [&](const char* recording) -> Json {
        double callback = 0, cpu = 0, count = 0;
        for (const auto& p : points) {
            if (p.at("parameters").at("recording") != recording || !p.contains("callback_us")) continue;
            callback += p.at("callback_us").at("p99").at("value").get<double>();
            cpu += p.at("cpu_share").at("value").get<double>();
            ++count;
        }
        if (count == 0) return {};
        return {{"callback_us_p99", json_of(callback / count)},
                {"cpu_share", json_of(cpu / count)},
                {"underruns", underruns.at(recording)}};
    };
    Json with = mean("full"), without = mean("counters");
    if (with.empty() || without.empty()) return {};
    return {{"with", with}, {"without", without}};
}

std::string title_of(const Plan& plan) {
    if (!plan.title.empty()) return plan.title;
    const auto factors = plan.factors();
    return factors.empty() ? "one point" : fmt::format("{}", fmt::join(factors, " × "));
}

}  // namespace

std::map<std::string, std::string> derived_files(const ResultFolder& folder) {
    const auto& plan = folder.plan();
    const auto factors = plan.factors();
    auto names = folder.done();
    if (names.empty() && capacity_json(folder).empty())
        throw BadInput(folder.path().string() + ": no cell is measured yet");
    std::sort(names.begin(), names.end(), [](const CellName& a, const CellName& b) {
        return a.point != b.point ? a.point < b.point : a.repeat < b.repeat;
    });
    std::vector<MeasuredPoint> points;
    Provenances provenances;
    Dropouts dropouts;
    std::map<std::string, std::uint64_t> underruns;  // by "recording"
    for (const auto& name : names) {
        try {
            const auto record = read_cell(folder.cell(name), true);
            if (points.empty() || points.back().point != name.point)
                points.push_back({.point = name.point, .parameters = record.cell.at("parameters")});
            points.back().runs.push_back(run_of(record));
            provenances.add(record.cell.at("provenance"));
            dropouts.add(name, record);
            underruns[record.cell.at("parameters").at("recording")] +=
                record.cell.at("counts").value("underrun_events", std::uint64_t{0});
        } catch (const nlohmann::json::exception&) {
            throw BadInput((folder.cell(name) / "cell.json").string() + ": is damaged; measure that cell again");
        }
    }
    std::vector<Json> figures;
    for (const auto& point : points) figures.push_back(point_figures(point, plan.seed));
    const auto differences = point_differences(points, factors, plan.seed);
    Json report = {{"schema", 1}, {"title", title_of(plan)}, {"plan", plan.json()}, {"factors", factors}};
    report["cells"] = {{"done", names.size()}, {"planned", plan.order().size()}};
    report["provenance"] = provenances.json();
    report["points"] = figures;
    report["differences"] = differences;
    report["dropouts"] = dropouts.json();
    if (const auto cost = recording_cost(figures, underruns); !cost.empty()) report["recording_cost"] = cost;
    if (const auto capacity = capacity_json(folder); !capacity.empty()) report["capacity"] = capacity;
    return {{"points.csv", points_csv(figures)},
            {"differences.csv", differences_csv(differences, factors)},
            {"report.json", json_text(report, 1) + "\n"},
            {"report.html", report_html(report)}};
}

void derive(const ResultFolder& folder) {
    for (const auto& [name, text] : derived_files(folder)) folder.write(name, text);
}

std::vector<std::string> check_derived(const ResultFolder& folder) {
    std::vector<std::string> differing;
    for (const auto& [name, text] : derived_files(folder)) {
        if (name == "report.html") continue;  // what draws the plots is the program's that wrote it
        const auto there = text_of_file(folder.path() / name);
        if (there.empty())
            differing.push_back(name + " is missing");
        else if (there != text)
            differing.push_back(name + " is not what follows from the cells");
    }
    return differing;
}

}  // namespace forerun::measure
