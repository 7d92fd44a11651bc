#include "tools/measure/statistics/rates.h"

#include <cmath>
#include <string>

#include "tools/measure/statistics/bootstrap.h"
#include "tools/measure/statistics/tail_probabilities.h"

namespace forerun::measure {

namespace {

constexpr double seconds_per_hour = 3600;

// The mean in [low, high] at which `rises`, which grows with the mean, becomes true.
template <class Rises>
double mean_where(double low, double high, Rises rises) {
    for (int step = 0; step < 100; ++step) {
        const double middle = 0.5 * (low + high);
        (rises(middle) ? high : low) = middle;
    }
    return 0.5 * (low + high);
}

}  // namespace

CountBounds poisson_bounds(std::uint64_t count) {
    const auto n = static_cast<double>(count);
    const double far = n + 10 * std::sqrt(n + 1) + 10;
    CountBounds bounds;
    if (count > 0) bounds.low = mean_where(0, n, [&](double m) { return poisson_at_least(count, m) > outside / 2; });
    bounds.high = mean_where(n, far, [&](double m) { return poisson_at_most(count, m) < outside / 2; });
    return bounds;
}

Rate rate_of(const std::vector<RunCount>& runs, std::uint64_t seed, std::string_view figure) {
    double hours = 0;
    std::uint64_t incidents = 0;
    std::vector<Share> shares;
    for (const auto& run : runs) {
        hours += run.seconds / seconds_per_hour;
        incidents += run.incidents;
        shares.push_back({static_cast<double>(run.incidents), run.seconds / seconds_per_hour});
    }
    Rate rate{.per_hour = {.value = static_cast<double>(incidents) / hours}, .method = untested};
    if (incidents == 0) {
        rate.per_hour.low = 0;
        rate.per_hour.high = 3 / hours;
        rate.method = none_seen;
        return rate;
    }
    rate.dispersion = dispersion_of(runs, Draws(seed, std::string(figure) + " dispersion"));
    if (!rate.dispersion) return rate;
    if (rate.dispersion->p >= rejected_below) {
        const auto bounds = poisson_bounds(incidents);
        rate.per_hour.low = bounds.low / hours;
        rate.per_hour.high = bounds.high / hours;
        rate.method = by_poisson;
        return rate;
    }
    rate.per_hour = ratio_over_runs(shares, Draws(seed, figure));
    rate.method = by_bootstrap;
    return rate;
}

}  // namespace forerun::measure
