// Incidents per hour: which interval is taken when, and whether it holds the true rate as often as it says.
// ctest: timeout=120
#include <algorithm>
#include <numeric>

#include "tests/scenes/catch.h"
#include "tests/scenes/generated_runs.h"
#include "tools/measure/statistics/bootstrap.h"
#include "tools/measure/statistics/rates.h"

using namespace forerun::measure;

namespace {

bool holds(const Estimate& estimate, double truth) { return estimate.low <= truth && truth <= estimate.high; }

}  // namespace

TEST_CASE("none seen in T hours is at most 3/T") {
    const auto rate = rate_of({{1800, 0}, {1800, 0}, {3600, 0}}, 1, "x");
    CHECK(rate.method == none_seen);
    CHECK(rate.per_hour.value == 0);
    CHECK(rate.per_hour.low == 0);
    CHECK(rate.per_hour.high == Approx(1.5));
    CHECK_FALSE(rate.dispersion);
}

TEST_CASE("even counts get the exact Poisson interval, per hour") {
    const auto rate = rate_of({{1200, 1}, {1200, 1}, {1200, 1}}, 1, "x");
    CHECK(rate.method == by_poisson);
    CHECK(rate.per_hour.value == Approx(3));
    CHECK(rate.per_hour.low == Approx(0.619).epsilon(1e-3));
    CHECK(rate.per_hour.high == Approx(8.767).epsilon(1e-3));
    REQUIRE(rate.dispersion);
    CHECK(rate.dispersion->index == 0);
    CHECK(rate.dispersion->p == 1);
}

TEST_CASE("uneven counts are found out, and resampled over runs") {
    const auto rate = rate_of({{3600, 0}, {3600, 1}, {3600, 0}, {3600, 40}, {3600, 2}, {3600, 0}}, 1, "x");
    REQUIRE(rate.dispersion);
    CHECK(rate.dispersion->p < 0.01);
    CHECK(rate.method == by_bootstrap);
    CHECK(rate.per_hour.value == Approx(43.0 / 6));
    CHECK(rate.per_hour.low < 1);
    CHECK(rate.per_hour.high > 13);  // where Poisson would have said 9.7
}

TEST_CASE("the index of dispersion is variance over mean, and weighs runs by their length") {
    // Counts 2, 4, 9: mean 5, variance 13.
    const auto dispersion = dispersion_of({{60, 2}, {60, 4}, {60, 9}}, Draws(1, "x"));
    REQUIRE(dispersion);
    CHECK(dispersion->index == Approx(13.0 / 5));
    // Three times as long with three times as many is no unevenness at all.
    const auto weighted = dispersion_of({{20, 100}, {60, 300}}, Draws(1, "x"));
    REQUIRE(weighted);
    CHECK(weighted->index == Approx(0).margin(1e-12));
    CHECK(weighted->p == 1);
    CHECK_FALSE(dispersion_of({{60, 5}}, Draws(1, "x")));
}

TEST_CASE("p of the dispersion agrees with the multinomial worked out by hand") {
    // Two incidents in two equal runs: 2-0 or 0-2 in half of all cases, 1-1 in the other half.
    CHECK(dispersion_of({{60, 2}, {60, 0}}, Draws(1, "x"))->p == Approx(0.5).margin(0.04));
    CHECK(dispersion_of({{60, 1}, {60, 1}}, Draws(1, "x"))->p == 1);
    // Beyond a thousand incidents the chi-squared tail: 540 of 1000 is 6.4 on one degree of freedom.
    CHECK(dispersion_of({{60, 540}, {60, 460}}, Draws(1, "x"))->p == Approx(0.01141).epsilon(1e-3));
}

TEST_CASE("a Poisson process is rejected as often as the test says, an uneven one nearly always") {
    Draws draws(7, "dispersion test");
    int rejected_even = 0, rejected_uneven = 0;
    const int experiments = 300;
    for (int e = 0; e < experiments; ++e) {
        const auto seed = static_cast<std::uint64_t>(e);
        const auto p_of = [&](bool uneven) {
            return dispersion_of(generated_runs(12, 6, uneven, draws), Draws(seed, "p"))->p;
        };
        if (p_of(false) < rejected_below) ++rejected_even;
        if (p_of(true) < rejected_below) ++rejected_uneven;
    }
    // 20 %, give or take three standard errors; counts are discrete, which makes it rejected a little less often.
    CHECK(rejected_even < experiments * 0.27);
    CHECK(rejected_even > experiments * 0.10);
    CHECK(rejected_uneven > experiments * 0.95);
}

TEST_CASE("intervals of a rate hold the true rate about as often as they say") {
    struct Case {
        int runs;
        bool uneven;
        double at_least, at_most;
    };
    // 95 % is what is aimed at; uneven counts of a skewed kind get less, see rates.h.
    const auto c = GENERATE(Case{3, false, 0.91, 1}, Case{12, false, 0.91, 0.995}, Case{3, true, 0.70, 0.99},
                            Case{12, true, 0.85, 0.99});
    INFO(c.runs << " runs, uneven: " << c.uneven);
    Draws draws(3, "coverage");
    const double mean = 6;
    int held = 0;
    const int experiments = 250;
    for (int e = 0; e < experiments; ++e) {
        const auto rate = rate_of(generated_runs(c.runs, mean, c.uneven, draws), static_cast<std::uint64_t>(e), "x");
        if (holds(rate.per_hour, mean)) ++held;
    }
    INFO("held " << held << " of " << experiments);
    CHECK(held >= experiments * c.at_least);
    CHECK(held <= experiments * c.at_most);
}

TEST_CASE("the bootstrap of a mean holds it 19 times in 20, with few runs too") {
    const int runs = GENERATE(2, 3, 5, 8, 20);
    INFO(runs << " runs");
    Draws draws(4, "bootstrap coverage");
    int held = 0;
    const int experiments = 300;
    for (int e = 0; e < experiments; ++e) {
        std::vector<Share> values;
        for (int i = 0; i < runs; ++i) {
            double sum = 0;
            for (int k = 0; k < 12; ++k) sum += draws.fraction();
            values.push_back({sum, 1});
        }
        if (holds(ratio_over_runs(values, Draws(static_cast<std::uint64_t>(e), "x")), 6)) ++held;
    }
    INFO("held " << held << " of " << experiments);
    CHECK(held >= experiments * 0.89);
    CHECK(held <= experiments * 0.99);
}

TEST_CASE("same seed, same figures; another seed or name, another stream") {
    const std::vector<RunCount> runs{{60, 0}, {60, 9}, {60, 1}, {60, 0}, {60, 30}, {60, 2}};
    const auto bounds = [&runs](std::uint64_t seed, std::string_view name) {
        const auto rate = rate_of(runs, seed, name);
        return std::vector<double>{rate.per_hour.low, rate.per_hour.high, rate.dispersion->p};
    };
    CHECK(bounds(1, "x") == bounds(1, "x"));
    CHECK(Draws(1, "x").below(1u << 30) == Draws(1, "x").below(1u << 30));
    CHECK(Draws(1, "x").below(1u << 30) != Draws(2, "x").below(1u << 30));
    CHECK(Draws(1, "x").below(1u << 30) != Draws(1, "y").below(1u << 30));
    // The first number of a named stream, for good: a change here changes every published interval.
    CHECK(Draws(1, "point 0 incidents_per_hour").below(1000000) == 943593);
}

TEST_CASE("one run alone has a rate without bounds") {
    const auto rate = rate_of({{3600, 4}}, 1, "x");
    CHECK(rate.method == untested);
    CHECK(rate.per_hour.value == Approx(4));
    CHECK(rate.per_hour.low != rate.per_hour.low);
}
