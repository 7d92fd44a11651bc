#include "tools/measure/statistics/point_figures.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <string_view>

#include "tools/measure/statistics/bootstrap.h"
#include "tools/measure/statistics/figure_json.h"
#include "tools/measure/statistics/percentile_intervals.h"
#include "tools/measure/statistics/rates.h"
#include "tools/measure/statistics/survival.h"
#include "tools/report/reported_figures.h"

namespace forerun::measure {

namespace {

using Json = nlohmann::ordered_json;

constexpr int parts_of_a_single_run = 10;
constexpr double qs[] = {0.5, 0.99, 0.999};
constexpr const char* q_names[] = {"p50", "p99", "p999"};
constexpr std::string_view distributions[] = {figure_name("response_ms"), figure_name("lateness_frames"),
                                              figure_name("callback_us"), figure_name("interval_us")};
constexpr std::string_view drawn_distributions[] = {figure_name("response_ms"), figure_name("callback_us"),
                                                    figure_name("interval_us")};

// Figures of one point while they are put together.
class PointFigures {
public:
    PointFigures(const MeasuredPoint& point, std::uint64_t seed) : point_(point), seed_(seed) {
        for (const auto& run : point.runs) incidents_.push_back(run.incidents());
    }

    Json all() {
        j_ = {{"point", point_.point}, {"parameters", point_.parameters}, {"runs", point_.runs.size()}};
        put_counts();
        put_rates();
        put_causes();
        for (const auto name : distributions)
            put_percentiles(std::string(name), std::string(name),
                            [name](const MeasuredRun& run, const auto&) { return named(run, name); });
        put_shares();
        put_evidence();
        put_survival();
        put_histograms();
        return j_;
    }

private:
    std::string stream(const std::string& figure) const { return fmt::format("point {} {}", point_.point, figure); }
    Draws draws(const std::string& figure) const { return {seed_, stream(figure)}; }

    static Buckets named(const MeasuredRun& run, std::string_view name) {
        const auto found = run.histograms.find(std::string(name));
        return found == run.histograms.end() ? Buckets{} : found->second;
    }

    template <class Of>
    double sum(Of of) const {
        double total = 0;
        for (const auto& run : point_.runs) total += of(run);
        return total;
    }
    static double frames_missing(const MeasuredRun& run) {
        double frames = 0;
        for (const auto& gap : run.gaps) frames += static_cast<double>(gap.frames);
        return frames;
    }

    void put_counts() {
        std::size_t incidents = 0;
        for (const auto& of_run : incidents_) incidents += of_run.size();
        j_["seconds"] = json_of(sum([](const MeasuredRun& run) { return run.seconds; }));
        j_["incidents"] = incidents;
        const auto count_of = [](IncidentsOf of) {
            return [of](const MeasuredRun& run) { return static_cast<double>(run.incidents(of).size()); };
        };
        j_["incidents_of_voices"] = static_cast<std::uint64_t>(sum(count_of(IncidentsOf::voices)));
        j_["incidents_of_output"] = static_cast<std::uint64_t>(sum(count_of(IncidentsOf::output)));
        j_["gaps"] =
            static_cast<std::uint64_t>(sum([](const auto& run) { return static_cast<double>(run.gaps.size()); }));
        j_["frames_missing"] = static_cast<std::uint64_t>(sum(frames_missing));
    }

    // A count per run; per tenth where there is only one.
    std::vector<RunCount> incident_counts() const {
        std::vector<RunCount> counts;
        for (std::size_t r = 0; r < point_.runs.size(); ++r)
            counts.push_back({point_.runs[r].seconds, incidents_[r].size()});
        if (counts.size() > 1) return counts;
        const auto& run = point_.runs.front();
        counts.assign(parts_of_a_single_run, {run.seconds / parts_of_a_single_run, 0});
        for (const auto& incident : incidents_.front()) {
            const double share = static_cast<double>(incident.frame) / (run.seconds * run.rate_hz);
            ++counts[static_cast<std::size_t>(std::clamp(share, 0.0, 0.999) * parts_of_a_single_run)].incidents;
        }
        return counts;
    }

    void put_rates() {
        const auto rate = rate_of(incident_counts(), seed_, stream("incidents_per_hour"));
        j_["incidents_per_hour"] = json_of(rate.per_hour);
        j_["incidents_per_hour"]["method"] = rate.method;
        if (rate.dispersion)
            j_["dispersion"] = {{"index", json_of(rate.dispersion->index)}, {"p", json_of(rate.dispersion->p)}};
        put_ratio("frames_missing_per_million", [](const MeasuredRun& run) {
            return Share{frames_missing(run), run.voice_frames / 1e6};
        });
        // Resampling runs in which nothing is missing gives nothing but zero: no bound, not a narrow one.
        auto& missing = j_["frames_missing_per_million"];
        if (missing["value"] == 0.0) missing["high"] = nullptr;

        std::vector<RunCount> pauses;
        for (const auto& run : point_.runs) pauses.push_back({run.seconds, run.machine_pauses});
        j_["machine_pauses_per_hour"] = json_of(rate_of(pauses, seed_, stream("machine_pauses_per_hour")).per_hour);
    }

    void put_causes() {
        std::map<Cause, std::uint64_t> causes;
        for (const auto& of_run : incidents_)
            for (const auto& incident : of_run) ++causes[incident.cause];
        j_["causes"] = Json::object();
        for (const auto& [cause, count] : causes) j_["causes"][std::string(name_of(cause))] = count;
        put_percentiles("incident_frames", "incident_frames", [](const MeasuredRun&, const auto& of_run) {
            std::vector<double> frames;
            for (const Incident& incident : of_run) frames.push_back(static_cast<double>(incident.frames));
            return buckets_of(frames);
        });
    }

    // Absent when there is nothing to report.
    template <class Of>
    void put_percentiles(const std::string& field, const std::string& figure, Of of) {
        std::vector<Buckets> runs;
        Buckets all;
        for (std::size_t r = 0; r < point_.runs.size(); ++r)
            merge(all, runs.emplace_back(of(point_.runs[r], incidents_[r])));
        if (all.empty()) return;
        const auto estimates = percentiles_of_runs(runs, qs, draws(figure));
        auto& entry = j_[field] = Json::object();
        for (std::size_t q = 0; q < estimates.size(); ++q) entry[q_names[q]] = json_of(estimates[q]);
        entry["max"] = json_of(max_of(all));
        entry["count"] = count_of(all);
    }

    template <class Of>
    void put_ratio(const std::string& field, Of of) {
        std::vector<Share> runs;
        for (const auto& run : point_.runs) runs.push_back(of(run));
        j_[field] = json_of(ratio_over_runs(runs, draws(field)));
    }

    void put_shares() {
        put_ratio(std::string(figure_name("cpu_share")), [](const MeasuredRun& run) {
            return Share{run.cpu_seconds, run.seconds};
        });
        put_ratio(std::string(figure_name("rendered_per_played")), [](const MeasuredRun& run) {
            return Share{run.frames_rendered, run.voice_frames};
        });
        if (!std::all_of(point_.runs.begin(), point_.runs.end(), [](const auto& run) { return run.workers; })) return;
        put_ratio(std::string(figure_name("garbage_share")), [](const MeasuredRun& run) {
            return Share{run.workers->collecting_seconds, run.seconds};
        });
        put_ratio(std::string(figure_name("compiling_share")), [](const MeasuredRun& run) {
            return Share{run.workers->compiling_seconds, run.seconds};
        });
        put_ratio(std::string(figure_name("trace_aborts_per_minute")), [](const MeasuredRun& run) {
            return Share{static_cast<double>(run.workers->trace_aborts), run.seconds / 60};
        });
    }

    // Sums and maxima over the runs whose sound was compared; absent when there is none.
    void put_evidence() {
        std::size_t runs = 0;
        std::map<std::string, std::uint64_t> sums, most;
        double splice_error = 0;
        for (const auto& run : point_.runs) {
            if (!run.evidence.is_object()) continue;
            ++runs;
            for (const auto* name :
                 {"frames", "incidents", "incidents_heard", "late_switches", "unexplained_frames", "limited_frames"})
                sums[name] += run.evidence.value(name, std::uint64_t{0});
            auto& longest = most["length_error_frames_max"];
            longest = std::max(longest, run.evidence.value("length_error_frames_max", std::uint64_t{0}));
            splice_error = std::max(splice_error, run.evidence.value("splice_error", 0.0));
        }
        if (runs == 0) return;
        auto& entry = j_["evidence"] = {{"runs", runs}};
        for (const auto& figures : {sums, most})
            for (const auto& [name, value] : figures) entry[name] = value;
        entry["splice_error"] = json_of(splice_error);
    }

    void put_survival() {
        std::vector<Watched> runs;
        for (std::size_t r = 0; r < point_.runs.size(); ++r) {
            const auto& run = point_.runs[r];
            if (incidents_[r].empty())
                runs.push_back({run.seconds, false});
            else
                runs.push_back({std::max(0.0, static_cast<double>(incidents_[r].front().frame) / run.rate_hz), true});
        }
        j_["survival"] = Json::array();
        for (const auto& step : survival_of(runs))
            j_["survival"].push_back({json_of(step.seconds), json_of(step.share)});
    }

    void put_histograms() {
        j_["histograms"] = Json::object();
        for (const auto name : drawn_distributions) {
            Buckets all;
            for (const auto& run : point_.runs) merge(all, named(run, name));
            auto& entry = j_["histograms"][name] = Json::array();
            for (const auto& bucket : all) entry.push_back({json_of(bucket.low), json_of(bucket.high), bucket.count});
        }
    }

    const MeasuredPoint& point_;
    std::uint64_t seed_;
    std::vector<std::vector<Incident>> incidents_;  // by run
    Json j_;
};

}  // namespace

Json point_figures(const MeasuredPoint& point, std::uint64_t seed) { return PointFigures(point, seed).all(); }

}  // namespace forerun::measure
