// Paired differences, survival to the first incident, and the search for the capacity.
#include <algorithm>
#include <cmath>

#include "tests/scenes/catch.h"
#include "tests/scenes/generated_runs.h"
#include "tools/measure/run/capacity.h"
#include "tools/measure/statistics/differences.h"
#include "tools/measure/statistics/survival.h"

using namespace forerun::measure;

TEST_CASE("what both sides of a pair share falls out of the difference") {
    // Repeats lie hundreds apart, the two modes always 2.
    const auto found =
        difference_of({{100, 102}, {900, 902.1}, {400, 401.9}, {1300, 1302}, {5, 7}, {60, 62}}, Draws(1, "x"));
    CHECK(found.value == Approx(2));
    CHECK(found.low > 1.9);
    CHECK(found.high < 2.1);
    CHECK(std::isnan(difference_of({{1, 2}}, Draws(1, "x")).low));
    CHECK(difference_of({{1, 2}}, Draws(1, "x")).value == 1);
    CHECK(std::isnan(difference_of({}, Draws(1, "x")).value));
}

TEST_CASE("the difference of three pairs is Student's, and may be below zero") {
    // b - a = 1, 2, 6: mean 3, standard deviation sqrt(7), so ± 4.303·sqrt(7/3).
    const auto found = difference_of({{0, 1}, {0, 2}, {0, 6}}, Draws(1, "x"));
    CHECK(found.value == Approx(3));
    CHECK(found.low == Approx(3 - 6.573).margin(0.35));
    CHECK(found.high == Approx(3 + 6.573).margin(0.35));
}

TEST_CASE("differences hold the true one about as often as they say") {
    const int pairs = GENERATE(2, 3, 6, 15);
    INFO(pairs << " pairs");
    Draws draws(6, "difference coverage");
    int held = 0;
    const int experiments = 300;
    for (int e = 0; e < experiments; ++e) {
        std::vector<Pair> generated;
        for (int i = 0; i < pairs; ++i) {
            const double shared = 100 * draws.fraction();
            generated.push_back({shared + draws.fraction(), shared + 5 + draws.fraction()});
        }
        const auto found = difference_of(generated, Draws(static_cast<std::uint64_t>(e), "x"));
        if (found.low <= 5 && 5 <= found.high) ++held;
    }
    INFO("held " << held << " of " << experiments);
    CHECK(held >= experiments * 0.88);
}

TEST_CASE("twice and half are equally far from the same") {
    const auto ratio = ratio_of({{1, 2}, {10, 5}}, Draws(1, "x"));
    REQUIRE(ratio);
    CHECK(ratio->value == Approx(1));
    CHECK(ratio->low == Approx(1 / ratio->high));
    CHECK(ratio_of({{1, 3}, {2, 6}, {5, 15}}, Draws(1, "x"))->value == Approx(3));
    CHECK_FALSE(ratio_of({{1, 2}, {0, 5}}, Draws(1, "x")));
    CHECK_FALSE(ratio_of({}, Draws(1, "x")));
}

TEST_CASE("survival is that of the leukaemia trial every textbook works through") {
    // Remission in weeks with 6-mercaptopurine (E. J. Freireich and others, Blood 21, 1963; D. R. Cox, D. Oakes:
    // Analysis of Survival Data, 1984, table 1.1). `false`: still in remission.
    const std::vector<forerun::measure::Watched> patients{
        {6, true},   {6, true},   {6, true},   {6, false},  {7, true},   {9, false},  {10, true},
        {10, false}, {11, false}, {13, true},  {16, true},  {17, false}, {19, false}, {20, false},
        {22, true},  {23, true},  {25, false}, {32, false}, {32, false}, {34, false}, {35, false}};
    const std::vector<SurvivalStep> table{{0, 1},       {6, 0.8571},  {7, 0.8067},  {10, 0.7529}, {13, 0.6902},
                                          {16, 0.6275}, {22, 0.5378}, {23, 0.4482}, {35, 0.4482}};
    const auto found = survival_of({patients.rbegin(), patients.rend()});
    REQUIRE(found.size() == table.size());
    for (std::size_t i = 0; i < table.size(); ++i) {
        CHECK(found[i].seconds == table[i].seconds);
        CHECK(found[i].share == Approx(table[i].share).margin(1e-4));
    }
}

TEST_CASE("survival of runs that all stay clean, and of runs that all fail") {
    const auto clean = survival_of({{60, false}, {60, false}});
    REQUIRE(clean.size() == 2);
    CHECK(clean[1].seconds == 60);
    CHECK(clean[1].share == 1);
    const auto failed = survival_of({{3, true}, {1, true}});
    REQUIRE(failed.size() == 3);
    CHECK(failed[1].share == Approx(0.5));
    CHECK(failed[2].share == 0);
    CHECK(survival_of({}).empty());
}

TEST_CASE("the capacity is found for every limit, in few tries") {
    constexpr int most = 200;
    for (int limit = 0; limit <= 2 * most; ++limit)
        for (const int first : {1, 3, 64, 500}) {
            CapacitySearch search(most, first);
            int tries = 0;
            while (const auto voices = search.next()) {
                REQUIRE(*voices >= 1);
                REQUIRE(*voices <= most);
                REQUIRE(++tries <= 17);
                search.record(*voices, *voices <= limit);
            }
            INFO("limit " << limit << ", first " << first);
            REQUIRE(search.clean() == std::min(limit, most));
            REQUIRE(search.limited_by_most() == (limit >= most));
        }
}

TEST_CASE("the search doubles, then halves") {
    CapacitySearch search(1000);
    std::vector<int> tried;
    while (const auto voices = search.next()) {
        tried.push_back(*voices);
        CHECK(search.next() == voices);
        search.record(*voices, *voices <= 11);
    }
    CHECK(tried == std::vector<int>{1, 2, 4, 8, 16, 12, 10, 11});
}
