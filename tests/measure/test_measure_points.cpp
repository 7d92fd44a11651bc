// From the runs of points to the figures of a report.
#include <algorithm>
#include <sstream>

#include "tests/scenes/catch.h"
#include "tests/scenes/generated_runs.h"
#include "tools/measure/record/csv.h"
#include "tools/measure/statistics/point_differences.h"
#include "tools/measure/statistics/point_figures.h"

using namespace forerun::measure;
using Json = nlohmann::ordered_json;

namespace {

// A minute of 10 voices.
MeasuredRun run_of(int repeat, std::vector<Gap> gaps, double response_ms) {
    MeasuredRun run;
    run.repeat = repeat;
    run.seconds = 60;
    run.block_frames = 64;
    run.voice_frames = 10 * 60 * 48000.0;
    run.frames_rendered = 1.5 * run.voice_frames;
    run.cpu_seconds = 30 + repeat;
    run.workers = {.collecting_seconds = 0.6, .compiling_seconds = 1.2, .trace_aborts = 3};
    run.gaps = std::move(gaps);
    run.histograms["response_ms"] = {{response_ms, response_ms + 0.1, 100}};
    run.histograms["callback_us"] = {{10, 10.5, 1000}, {20, 21, 10}};
    return run;
}

MeasuredPoint point_of(int number, const std::string& mode, int voices, std::vector<MeasuredRun> runs) {
    return {number, {{"mode", mode}, {"voice", "subtractive"}, {"voices", voices}}, std::move(runs)};
}

// One stall in two voices and a single gap; then a clean run; then one gap.
MeasuredPoint crackling_point() {
    return point_of(7, "rewind", 10,
                    {run_of(1,
                            {gap(1, 48000, 700, Cause::not_scheduled), gap(2, 48010, 300, Cause::rendering),
                             gap(1, 960000, 64, Cause::collecting)},
                            1.5),
                     run_of(2, {}, 1.6), run_of(3, {gap(3, 480000, 128, Cause::not_scheduled)}, 1.7)});
}

}  // namespace

TEST_CASE("a point's figures are those of its runs together") {
    const auto j = point_figures(crackling_point(), 1);
    CHECK(j["runs"] == 3);
    CHECK(j["seconds"] == 180.0);
    CHECK(j["incidents"] == 3);
    CHECK(j["gaps"] == 4);
    CHECK(j["frames_missing"] == 1192);
    CHECK(j["incidents_per_hour"]["value"] == 60.0);
    // 3 in 0.05 hours, Garwood.
    CHECK(j["incidents_per_hour"]["method"] == "Poisson");
    CHECK(j["incidents_per_hour"]["low"].get<double>() == Approx(0.6187 / 0.05).epsilon(1e-3));
    CHECK(j["incidents_per_hour"]["high"].get<double>() == Approx(8.767 / 0.05).epsilon(1e-3));
    CHECK(j["dispersion"]["index"] == 1.0);
    CHECK(j["frames_missing_per_million"]["value"].get<double>() == Approx(1192 / 86.4).epsilon(1e-5));
    CHECK(j["causes"] == Json({{"collecting", 1}, {"not_scheduled", 2}}));
    CHECK(j["incident_frames"]["max"] == 700.0);
    CHECK(j["incident_frames"]["p50"]["value"] == 128.0);
    CHECK(j["response_ms"]["count"] == 300);
    CHECK(j["response_ms"]["p50"]["value"] == 1.7);
    CHECK_FALSE(j.contains("lateness_frames"));
    CHECK(j["callback_us"]["p99"]["value"] == 10.5);
    CHECK(j["callback_us"]["max"] == 21.0);
    CHECK(j["cpu_share"]["value"].get<double>() == Approx(96.0 / 180).epsilon(1e-5));
    CHECK(j["cpu_share"]["low"].get<double>() < 32.0 / 60);
    CHECK(j["rendered_per_played"]["value"] == 1.5);
    CHECK(j["garbage_share"]["value"] == 0.01);
    CHECK(j["compiling_share"]["value"] == 0.02);
    CHECK(j["trace_aborts_per_minute"]["value"] == 3.0);
    CHECK(j["machine_pauses_per_hour"] == Json({{"value", 0.0}, {"low", 0.0}, {"high", 60.0}}));
    CHECK(j["survival"].size() == 4);
    CHECK(j["survival"][1] == Json({1.0, 0.666667}));
    CHECK(j["survival"][2] == Json({10.0, 0.333333}));
    CHECK(j["survival"][3] == Json({60.0, 0.333333}));
    CHECK(j["histograms"]["callback_us"] == Json({{10.0, 10.5, 3000}, {20.0, 21.0, 30}}));
}

TEST_CASE("incidents of voices and of the output are distinguished, and together one that both had is one") {
    const auto j =
        point_figures(point_of(1, "rewind", 10,
                               {run_of(1,
                                       {gap(1, 48000, 700, Cause::not_scheduled), gap(0, 48100, 300, Cause::woken_late),
                                        gap(0, 96000, 64, Cause::woken_late)},
                                       1),
                                run_of(2, {gap(2, 100, 64, Cause::rendering)}, 1)}),
                      1);
    CHECK(j["incidents"] == 3);
    CHECK(j["incidents_of_voices"] == 2);
    CHECK(j["incidents_of_output"] == 2);
}

TEST_CASE("a clean point says what it can say, and no more") {
    const auto j = point_figures(point_of(1, "rewind", 10, {run_of(1, {}, 1), run_of(2, {}, 1)}), 1);
    CHECK(j["incidents_per_hour"] == Json({{"value", 0.0}, {"low", 0.0}, {"high", 90.0}, {"method", "none seen"}}));
    CHECK_FALSE(j.contains("dispersion"));
    CHECK_FALSE(j.contains("incident_frames"));
    CHECK(j["frames_missing_per_million"] == Json({{"value", 0.0}, {"low", 0.0}, {"high", nullptr}}));
    CHECK(j["causes"].empty());
    CHECK(j["survival"] == Json({{0.0, 1.0}, {60.0, 1.0}}));
}

TEST_CASE("a single run is looked at in tenths: a bout is no Poisson process") {
    std::vector<Gap> bout, spread;
    for (int i = 0; i < 20; ++i) {
        bout.push_back(gap(1, 1000 + 2000 * i, 64, Cause::rendering));
        spread.push_back(gap(1, 10 + 144000 * i, 64, Cause::rendering));
    }
    const auto method_of = [](std::vector<Gap> gaps) {
        return point_figures(point_of(1, "rewind", 10, {run_of(1, std::move(gaps), 1)}),
                             1)["incidents_per_hour"]["method"];
    };
    CHECK(method_of(bout) == "cluster bootstrap");
    CHECK(method_of(spread) == "Poisson");
}

TEST_CASE("the same runs and seed give the same bytes, whatever other points there are") {
    auto uneven = crackling_point();
    for (int i = 0; i < 30; ++i) uneven.runs[0].gaps.push_back(gap(1, 1000000 + 1000 * i, 64, Cause::rendering));
    CHECK(point_figures(uneven, 5).dump() == point_figures(uneven, 5).dump());
    CHECK(point_figures(uneven, 5).dump() != point_figures(uneven, 6).dump());
    auto other = crackling_point();
    other.point = 8;
    other.parameters["mode"] = "ring";
    const std::vector<std::string> factors{"mode"};
    CHECK(point_differences({uneven, other}, factors, 5).dump() ==
          point_differences({uneven, other}, factors, 5).dump());
}

TEST_CASE("points.csv has a column per parameter and figure, whichever points have it") {
    const auto clean = point_of(1, "ring", 10, {run_of(1, {}, 1), run_of(2, {}, 1)});
    const auto text = points_csv({point_figures(clean, 1), point_figures(crackling_point(), 1)});
    CHECK_THAT(text,
               Catch::StartsWith(
                   "point,mode,voice,voices,runs,seconds,incidents,incidents_of_voices,incidents_of_output,gaps,"));
    // What only the second has stands where the second has it.
    CHECK_THAT(text, Catch::Contains("causes_collecting,causes_not_scheduled,incident_frames_p50,"));
    std::istringstream in(text);
    CsvReader csv(in, "points.csv");
    REQUIRE(csv.next());
    CHECK(csv.text("mode") == "ring");
    CHECK(csv.text("incident_frames_p50") == "");
    CHECK(csv.text("incidents_per_hour_method") == "none seen");
    CHECK(csv.text("frames_missing_per_million_high") == "");
    REQUIRE(csv.next());
    CHECK(csv.number<int>("voices") == 10);
    CHECK(csv.number<double>("incident_frames_p50") == 128);
    CHECK(csv.number<double>("response_ms_p50") == 1.7);
    CHECK(csv.number<double>("response_ms_p50_low") <= 1.7);
    CHECK(csv.number<int>("causes_not_scheduled") == 2);
    CHECK_FALSE(csv.next());
}

TEST_CASE("differences are reported for points that differ in one factor, in pairs of the same repeat") {
    const auto responding = [](int number, const std::string& mode, int voices, double ms) {
        // Repeats in another order, and one that the other point may not have.
        std::vector<MeasuredRun> runs;
        for (const int repeat : {1, 2, 3, 4}) runs.push_back(run_of(repeat, {}, ms + 10 * repeat));
        if (mode == "ring") std::reverse(runs.begin(), runs.end());
        if (mode == "ring") runs.pop_back();
        return point_of(number, mode, voices, runs);
    };
    const std::vector<MeasuredPoint> points{responding(1, "rewind", 16, 1), responding(2, "rewind", 8, 1),
                                            responding(3, "rewind", 32, 1), responding(4, "ring", 16, 501),
                                            responding(5, "direct", 16, 2)};
    const auto found = point_differences(points, {"mode", "voices"}, 1);
    std::vector<std::string> reported;
    for (const auto& j : found)
        if (j["measure"] == "cpu_share") reported.push_back(j["a"].dump() + j["b"].dump());
    CHECK(reported ==
          std::vector<std::string>{"\"rewind\"\"ring\"", "\"rewind\"\"direct\"", "\"ring\"\"direct\"", "1632", "816"});
    for (const auto& j : found) CHECK(j["measure"] != "incidents_per_hour");  // none anywhere

    const auto& first = found[0];
    CHECK(first["measure"] == "response_ms p99");
    CHECK(first["parameters"] == Json({{"voices", 16}}));
    CHECK(first["value"] == 500.0);
    CHECK(first["low"].get<double>() == Approx(500));
    CHECK(first["high"].get<double>() == Approx(500));
    CHECK(first["pairs"] == 3);
    CHECK(first["ratio"]["value"].get<double>() > 15);

    std::istringstream in(differences_csv(found, {"mode", "voices"}));
    CsvReader csv(in, "differences.csv");
    REQUIRE(csv.next());
    CHECK(csv.text("a") == "rewind");
    CHECK(csv.text("mode") == "");
    CHECK(csv.number<int>("voices") == 16);
    CHECK(csv.number<double>("value") == 500);
}

TEST_CASE("a difference without an interval is not reported") {
    const auto a = point_of(1, "rewind", 10, {run_of(1, {}, 1), run_of(2, {}, 1)});
    const auto b = point_of(2, "ring", 10, {run_of(2, {}, 1), run_of(3, {}, 1)});
    CHECK(point_differences({a, b}, {"mode"}, 1).empty());
}

TEST_CASE("the evidence of a point is that of its runs whose sound was compared") {
    auto first = run_of(1, {}, 1.5), second = run_of(2, {}, 1.5), unheard = run_of(3, {}, 1.5);
    first.evidence = {{"frames", 100}, {"incidents", 3}, {"incidents_heard", 2}, {"length_error_frames_max", 1}};
    second.evidence = {
        {"frames", 50}, {"incidents", 4}, {"incidents_heard", 4}, {"unexplained_frames", 7}, {"splice_error", 0.25}};
    const auto j = point_figures(point_of(1, "rewind", 10, {first, second, unheard}), 1);
    CHECK(j["evidence"]["runs"] == 2);
    CHECK(j["evidence"]["frames"] == 150);
    CHECK(j["evidence"]["incidents"] == 7);
    CHECK(j["evidence"]["incidents_heard"] == 6);
    CHECK(j["evidence"]["unexplained_frames"] == 7);
    CHECK(j["evidence"]["length_error_frames_max"] == 1);
    CHECK(j["evidence"]["splice_error"] == 0.25);
    CHECK_FALSE(point_figures(crackling_point(), 1).contains("evidence"));
}
