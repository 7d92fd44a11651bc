#include "tools/measure/statistics/dispersion.h"

#include <algorithm>
#include <cstddef>

#include "tools/measure/statistics/tail_probabilities.h"

namespace forerun::measure {

namespace {

constexpr int simulations = 1999;
constexpr std::uint64_t many_incidents = 1000;

// Sum of (count - expected)² / expected.
double unevenness(const std::vector<std::uint64_t>& counts, const std::vector<double>& expected) {
    double sum = 0;
    for (std::size_t i = 0; i < counts.size(); ++i) {
        const double off = static_cast<double>(counts[i]) - expected[i];
        sum += off * off / expected[i];
    }
    return sum;
}

}  // namespace

std::optional<Dispersion> dispersion_of(const std::vector<RunCount>& runs, Draws draws) {
    double seconds = 0;
    std::uint64_t incidents = 0;
    for (const auto& run : runs) {
        seconds += run.seconds;
        incidents += run.incidents;
    }
    if (runs.size() < 2 || incidents == 0) return std::nullopt;

    std::vector<std::uint64_t> counts;
    std::vector<double> expected, up_to;  // up_to: share of the time that the runs so far have
    double so_far = 0;
    for (const auto& run : runs) {
        so_far += run.seconds / seconds;
        counts.push_back(run.incidents);
        expected.push_back(run.seconds / seconds * static_cast<double>(incidents));
        up_to.push_back(so_far);
    }
    up_to.back() = 1;
    const double seen = unevenness(counts, expected);
    const int freedom = static_cast<int>(runs.size()) - 1;
    Dispersion dispersion{.index = seen / freedom};
    if (incidents >= many_incidents) {
        dispersion.p = chi_squared_at_least(seen, freedom);
        return dispersion;
    }
    // Counts have few different values: without the slack, rounding would decide about ties.
    const double as_uneven = seen * (1 - 1e-9);
    int as_uneven_ones = 0;
    for (int s = 0; s < simulations; ++s) {
        std::fill(counts.begin(), counts.end(), 0);
        for (std::uint64_t i = 0; i < incidents; ++i)
            ++counts[static_cast<std::size_t>(std::upper_bound(up_to.begin(), up_to.end(), draws.fraction()) -
                                              up_to.begin())];
        if (unevenness(counts, expected) >= as_uneven) ++as_uneven_ones;
    }
    // What was seen is itself one of the possible draws, so p is never 0 (Davison and Hinkley 1997, 4.2).
    dispersion.p = static_cast<double>(as_uneven_ones + 1) / (simulations + 1);
    return dispersion;
}

}  // namespace forerun::measure
