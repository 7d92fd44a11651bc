// Distributions in buckets: merged, read back, and the percentiles of runs with their intervals.
#include <algorithm>
#include <cmath>
#include <sstream>

#include "shared/bad_input.h"
#include "tests/scenes/catch.h"
#include "tests/scenes/generated_runs.h"
#include "tools/measure/statistics/percentile_intervals.h"

using namespace forerun;
using namespace forerun::measure;

namespace {

constexpr double qs[] = {0.5, 0.99, 0.999};

// Latencies in nanoseconds, a millisecond in the mean.
std::vector<double> latencies(int count, Draws& draws) {
    std::vector<double> values;
    for (int i = 0; i < count; ++i) values.push_back(std::floor(1e6 * exponential(draws)));
    return values;
}

Buckets engine_buckets(const std::vector<double>& values) {
    Histogram histogram;
    for (const double value : values) histogram.add(static_cast<std::uint64_t>(value));
    return buckets_of(histogram, 1);
}

}  // namespace

TEST_CASE("percentiles of merged histograms are those of all the data, to a bucket's width") {
    Draws draws(1, "latencies");
    std::vector<double> all;
    Buckets merged;
    for (const int count : {1000, 37, 4000}) {
        const auto values = latencies(count, draws);
        all.insert(all.end(), values.begin(), values.end());
        merge(merged, engine_buckets(values));
    }
    std::sort(all.begin(), all.end());
    CHECK(count_of(merged) == all.size());
    CHECK(max_of(merged) == all.back());
    for (const double q : {0.001, 0.5, 0.9, 0.99, 0.999, 1.0}) {
        const auto rank = static_cast<std::size_t>(std::ceil(q * static_cast<double>(all.size())));
        const double truth = all[rank - 1];
        INFO(q);
        CHECK(percentile_of(merged, q) >= truth);
        CHECK(percentile_of(merged, q) <= truth * (1 + 1.0 / 16) + 1);
    }
}

TEST_CASE("merging keeps buckets in order and adds equal ones, whichever end is known better") {
    Buckets a{{0, 0, 1}, {16, 17, 2}};
    merge(a, {{1, 1, 4}, {16, 16, 3}, {20, 21, 1}});
    REQUIRE(a.size() == 4);
    CHECK(a[1].low == 1);
    CHECK(a[2].count == 5);
    CHECK(a[2].high == 17);
    merge(a, {{0, 0.5, 1}, {20, 20.5, 1}});
    CHECK(a[0].high == 0.5);
    CHECK(a[3].high == 21);
    CHECK(count_of(a) == 13);
    CHECK(std::isnan(percentile_of({}, 0.5)));
}

TEST_CASE("histograms.csv is read back equal, and refuses what is not one") {
    Draws draws(2, "latencies");
    Histogram histogram;
    for (const double value : latencies(500, draws)) histogram.add(static_cast<std::uint64_t>(value));
    Histograms written{{"response_ms", buckets_of(histogram, 1e-6)}, {"odd, name", {{1, 2, 3}}}};
    std::stringstream file;
    write_histograms(file, written);
    std::istringstream in(file.str());
    const auto read = read_histograms(in, "histograms.csv");
    REQUIRE(read.size() == 2);
    std::stringstream again;
    write_histograms(again, read);
    CHECK(again.str() == file.str());

    const auto refused = [](const std::string& text) {
        std::istringstream bad(text);
        read_histograms(bad, "h.csv");
    };
    CHECK_THROWS_WITH(refused(""), Catch::Contains("h.csv:1: no head line"));
    CHECK_THROWS_WITH(refused("name,low,high,count\nx,1,2\n"), Catch::Contains("h.csv:2: 3 fields"));
    CHECK_THROWS_WITH(refused("name,low,high,count\nx,1,2,many\n"), Catch::Contains("'many' under 'count'"));
    CHECK_THROWS_WITH(refused("name,low,high,count\nx,5,6,1\nx,1,2,1\n"), Catch::Contains("h.csv:3: "));
    CHECK_THROWS_AS(refused("name,low,high\nx,1,2\n"), BadInput);
}

TEST_CASE("one run: percentile bounds by rank are the table's") {
    // 20 different values: the median lies between the 6th and the 15th (Conover's table, 95.9 %).
    std::vector<double> values;
    for (int i = 1; i <= 20; ++i) values.push_back(i);
    const auto found = percentiles_of_runs({buckets_of(values)}, qs, Draws(1, "x"));
    CHECK(found[0].value == 10);
    CHECK(found[0].low == 6);
    CHECK(found[0].high == 15);
    // 20 observations cannot say how far up p99 may lie.
    CHECK(found[1].value == 20);
    CHECK(std::isnan(found[1].high));
}

TEST_CASE("intervals of percentiles hold the true ones about as often as they say") {
    const int runs = GENERATE(1, 3, 10);
    INFO(runs << " runs");
    Draws draws(5, "percentile coverage");
    int held_median = 0, held_p99 = 0;
    const int experiments = 150;
    for (int e = 0; e < experiments; ++e) {
        std::vector<Buckets> histograms;
        for (int r = 0; r < runs; ++r) histograms.push_back(engine_buckets(latencies(600, draws)));
        const auto found = percentiles_of_runs(histograms, qs, Draws(static_cast<std::uint64_t>(e), "x"));
        // Buckets are a sixteenth wide, and figures are their upper edges.
        const auto holds = [](const Estimate& p, double truth) {
            return p.low <= truth * (1 + 1.0 / 16) && truth <= p.high;
        };
        if (holds(found[0], 1e6 * std::log(2.0))) ++held_median;
        if (holds(found[1], 1e6 * std::log(100.0))) ++held_p99;
    }
    INFO("held " << held_median << " and " << held_p99 << " of " << experiments);
    CHECK(held_median >= experiments * 0.88);
    CHECK(held_p99 >= experiments * 0.86);
}

TEST_CASE("runs that differ widen the interval: it is runs that are drawn") {
    const auto run_at = [](double value) { return Buckets{{value, value, 1000}}; };
    const double median[] = {0.5};
    const auto found = percentiles_of_runs({run_at(1), run_at(2), run_at(3), run_at(4), run_at(5), run_at(6)}, median,
                                           Draws(1, "x"))[0];
    CHECK(found.low <= 2);
    CHECK(found.high >= 5);
    // Runs that agree to the bucket do not agree any better than that.
    const auto same =
        percentiles_of_runs(std::vector<Buckets>(6, {{8, 8.5, 10}, {16, 17, 1000}}), median, Draws(1, "x"))[0];
    CHECK(same.value == 17);
    CHECK(same.low == 16);
    CHECK(same.high == 17);
    const auto nothing = percentiles_of_runs({{}, {}}, median, Draws(1, "x"))[0];
    CHECK(std::isnan(nothing.value));
}
