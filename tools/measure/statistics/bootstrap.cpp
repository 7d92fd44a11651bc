#include "tools/measure/statistics/bootstrap.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "tools/measure/statistics/tail_probabilities.h"

namespace forerun::measure {

namespace {

// How much of the resamples lies outside each bound: 2.5 % for many runs, less for few.
double level_for(std::size_t runs) {
    const auto n = static_cast<double>(runs);
    return normal_below(-std::sqrt(n / (n - 1)) * student_t_quantile(1 - outside / 2, static_cast<int>(runs) - 1));
}

void set_percentile_bounds(Estimate& estimate, std::vector<double>& resampled, std::size_t runs) {
    std::sort(resampled.begin(), resampled.end());
    const auto rank = static_cast<std::size_t>(static_cast<double>(resampled.size() + 1) * level_for(runs));
    const auto index = rank > 0 ? rank - 1 : 0;
    estimate.low = resampled[index];
    estimate.high = resampled[resampled.size() - 1 - index];
}

void set_student_bounds(Estimate& estimate, const std::vector<double>& resampled, std::size_t runs, Range range) {
    const auto n = static_cast<double>(runs), drawn = static_cast<double>(resampled.size());
    const double mean = std::accumulate(resampled.begin(), resampled.end(), 0.0) / drawn;
    double squares = 0;
    for (const double v : resampled) squares += (v - mean) * (v - mean);
    // Resampling n values spreads as n - 1 of them do.
    const double error = std::sqrt(squares / drawn * n / (n - 1));
    const double reach = student_t_quantile(1 - outside / 2, static_cast<int>(runs) - 1) * error;
    estimate.low = estimate.value - reach;
    estimate.high = estimate.value + reach;
    if (range == Range::not_negative) estimate.low = std::max(0.0, estimate.low);
}

}  // namespace

std::vector<Estimate> bootstrap_over_runs(std::size_t runs, Draws draws, Range range, const FiguresOfRuns& figures) {
    std::vector<int> times(runs, 1);
    const auto values = figures(times);
    std::vector<Estimate> estimates(values.size());
    for (std::size_t f = 0; f < values.size(); ++f) estimates[f].value = values[f];
    if (runs < 2) return estimates;

    std::vector<std::vector<double>> resampled(values.size());
    for (int r = 0; r < resamples; ++r) {
        std::fill(times.begin(), times.end(), 0);
        for (std::size_t i = 0; i < runs; ++i) ++times[draws.below(runs)];
        const auto drawn = figures(times);
        for (std::size_t f = 0; f < drawn.size(); ++f) resampled[f].push_back(drawn[f]);
    }
    for (std::size_t f = 0; f < values.size(); ++f) {
        std::erase_if(resampled[f], [](double v) { return !std::isfinite(v); });
        if (resampled[f].empty()) continue;
        if (runs < runs_for_percentile_interval)
            set_student_bounds(estimates[f], resampled[f], runs, range);
        else
            set_percentile_bounds(estimates[f], resampled[f], runs);
    }
    return estimates;
}

Estimate ratio_over_runs(const std::vector<Share>& runs, Draws draws, Range range) {
    const auto ratio = [&runs](const std::vector<int>& times) {
        double above = 0, below = 0;
        for (std::size_t i = 0; i < runs.size(); ++i) {
            above += times[i] * runs[i].above;
            below += times[i] * runs[i].below;
        }
        return std::vector<double>{below > 0 ? above / below : unknown};
    };
    return bootstrap_over_runs(runs.size(), draws, range, ratio).front();
}

}  // namespace forerun::measure
