// Tails of distributions and exact Poisson bounds, against published tables.
#include "tests/scenes/catch.h"
#include "tools/measure/statistics/rates.h"
#include "tools/measure/statistics/tail_probabilities.h"

using namespace forerun::measure;

TEST_CASE("Student's t is the table's, for few and many degrees of freedom") {
    CHECK(student_t_quantile(0.975, 1) == Approx(12.706).epsilon(1e-4));
    CHECK(student_t_quantile(0.975, 2) == Approx(4.3027).epsilon(1e-4));
    CHECK(student_t_quantile(0.975, 5) == Approx(2.5706).epsilon(1e-4));
    CHECK(student_t_quantile(0.95, 10) == Approx(1.8125).epsilon(1e-4));
    CHECK(student_t_quantile(0.975, 120) == Approx(1.9799).epsilon(1e-4));
    CHECK(student_t_below(-2.5706, 5) == Approx(0.025).epsilon(1e-3));
    CHECK(normal_below(-1.959964) == Approx(0.025).epsilon(1e-5));
}

TEST_CASE("the chi-squared tail is the table's") {
    CHECK(chi_squared_at_least(3.841, 1) == Approx(0.05).epsilon(1e-3));
    CHECK(chi_squared_at_least(5.991, 2) == Approx(0.05).epsilon(1e-3));
    CHECK(chi_squared_at_least(11.070, 5) == Approx(0.05).epsilon(1e-3));
    CHECK(chi_squared_at_least(23.209, 10) == Approx(0.01).epsilon(1e-3));
    CHECK(chi_squared_at_least(0, 4) == 1);
}

TEST_CASE("the binomial tail adds up, from either side") {
    CHECK(binomial_at_least(6, 10, 0.5) == Approx(386.0 / 1024));
    CHECK(binomial_at_least(3, 10, 0.5) == Approx(968.0 / 1024));
    CHECK(binomial_at_least(0, 10, 0.3) == 1);
    CHECK(binomial_at_least(10, 10, 0.3) == Approx(5.9049e-6));
    CHECK(binomial_at_least(11, 10, 0.3) == 0);
    // A million observations: half of them lie above the median, to the spread of a normal.
    CHECK(binomial_at_least(500980, 1000000, 0.5) == Approx(0.025).epsilon(0.01));
}

TEST_CASE("Poisson bounds are Garwood's") {
    struct Row {
        std::uint64_t count;
        double low, high;
    };
    for (const auto& row : {Row{0, 0, 3.689}, Row{1, 0.0253, 5.572}, Row{3, 0.619, 8.767}, Row{10, 4.795, 18.39},
                            Row{100, 81.36, 121.63}}) {
        INFO(row.count);
        const auto bounds = poisson_bounds(row.count);
        CHECK(bounds.low == Approx(row.low).epsilon(1e-3));
        CHECK(bounds.high == Approx(row.high).epsilon(1e-3));
    }
    // Many: the normal's bounds, to a relative part in a thousand.
    CHECK(poisson_bounds(100000).low == Approx(100000 - 1.96 * 316.2).epsilon(1e-4));
    CHECK(poisson_bounds(100000).high == Approx(100000 + 1.96 * 316.2).epsilon(1e-4));
}
