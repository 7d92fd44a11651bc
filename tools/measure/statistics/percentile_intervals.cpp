#include "tools/measure/statistics/percentile_intervals.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>

#include "tools/measure/statistics/bootstrap.h"
#include "tools/measure/statistics/tail_probabilities.h"

namespace forerun::measure {

namespace {

const Bucket& bucket_of_rank(const Buckets& buckets, std::uint64_t rank) {
    std::uint64_t seen = 0;
    for (const auto& bucket : buckets)
        if (seen += bucket.count; seen >= rank) return bucket;
    return buckets.back();
}

// The largest rank in 0..n which a binomial count (n observations, each below the true percentile with chance q) reaches
// with at least `chance`.
std::uint64_t rank_reached(std::uint64_t n, double q, double chance) {
    std::uint64_t reached = 0, beyond = n + 1;
    while (beyond - reached > 1) {
        const auto middle = reached + (beyond - reached) / 2;
        (binomial_at_least(middle, n, q) >= chance ? reached : beyond) = middle;
    }
    return reached;
}

Estimate within_one_run(const Buckets& buckets, double q) {
    const auto n = count_of(buckets);
    Estimate estimate{.value = percentile_of(buckets, q)};
    if (const auto rank = rank_reached(n, q, 1 - outside / 2); rank > 0)
        estimate.low = bucket_of_rank(buckets, rank).low;
    // One more than what is reached with more than 2.5 %: below it, the true percentile is not often.
    if (const auto rank = rank_reached(n, q, outside / 2) + 1; rank <= n)
        estimate.high = bucket_of_rank(buckets, rank).high;
    return estimate;
}

// How many observations of each run lie in each bucket of all runs.
struct Table {
    Buckets all;
    std::vector<std::vector<double>> counts;  // [run][bucket]

    explicit Table(const std::vector<Buckets>& runs) {
        for (const auto& run : runs) merge(all, run);
        for (const auto& run : runs) {
            auto& row = counts.emplace_back(all.size(), 0.0);
            std::size_t column = 0;
            for (const auto& bucket : run) {
                while (all[column].low < bucket.low) ++column;
                row[column] = static_cast<double>(bucket.count);
            }
        }
    }
    std::vector<double> percentiles(const std::vector<int>& times, std::span<const double> qs) const {
        std::vector<double> up_to(all.size(), 0.0);
        for (std::size_t run = 0; run < counts.size(); ++run)
            if (times[run] > 0)
                for (std::size_t b = 0; b < all.size(); ++b) up_to[b] += times[run] * counts[run][b];
        for (std::size_t b = 1; b < all.size(); ++b) up_to[b] += up_to[b - 1];
        std::vector<double> found;
        for (const double q : qs) {
            const auto rank = std::ceil(q * up_to.back());
            const auto at = std::lower_bound(up_to.begin(), up_to.end(), std::max(1.0, rank)) - up_to.begin();
            found.push_back(up_to.back() > 0 ? all[static_cast<std::size_t>(at)].high : unknown);
        }
        return found;
    }
};

}  // namespace

std::vector<Estimate> percentiles_of_runs(const std::vector<Buckets>& runs, std::span<const double> qs, Draws draws) {
    const bool empty = std::all_of(runs.begin(), runs.end(), [](const Buckets& run) { return run.empty(); });
    if (empty) return std::vector<Estimate>(qs.size());
    if (runs.size() == 1) {
        std::vector<Estimate> estimates;
        for (const double q : qs) estimates.push_back(within_one_run(runs.front(), q));
        return estimates;
    }
    const Table table(runs);
    auto estimates = bootstrap_over_runs(runs.size(), draws, Range::not_negative,
                                         [&](const std::vector<int>& times) { return table.percentiles(times, qs); });
    // Figures are upper edges; what lies in the bucket of the lower bound may lie at its lower edge.
    for (auto& estimate : estimates) {
        const auto bucket =
            std::find_if(table.all.begin(), table.all.end(), [&](const Bucket& b) { return b.high >= estimate.low; });
        if (bucket != table.all.end()) estimate.low = std::min(estimate.low, bucket->low);
    }
    return estimates;
}

}  // namespace forerun::measure
