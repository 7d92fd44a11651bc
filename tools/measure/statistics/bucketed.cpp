#include "tools/measure/statistics/bucketed.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <ostream>

#include "tools/measure/record/csv.h"
#include "tools/measure/statistics/estimate.h"

namespace forerun::measure {

Buckets buckets_of(const Distribution& distribution, double scale) {
    Buckets buckets;
    for (int b = 0; b < Histogram::bucket_count; ++b) {
        const auto count = distribution.in_bucket(b);
        if (count == 0) continue;
        const auto low = b > 0 ? Histogram::upper_edge(b - 1) + 1 : 0;
        const auto high = std::max(low, std::min(Histogram::upper_edge(b), distribution.max()));
        buckets.push_back({static_cast<double>(low) * scale, static_cast<double>(high) * scale, count});
    }
    return buckets;
}

Buckets buckets_of(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    Buckets buckets;
    for (const double value : values) {
        if (buckets.empty() || buckets.back().low != value) buckets.push_back({value, value, 0});
        ++buckets.back().count;
    }
    return buckets;
}

void merge(Buckets& into, const Buckets& other) {
    Buckets merged;
    auto a = into.begin();
    auto b = other.begin();
    while (a != into.end() || b != other.end()) {
        if (b == other.end() || (a != into.end() && a->low < b->low)) {
            merged.push_back(*a++);
        } else if (a == into.end() || b->low < a->low) {
            merged.push_back(*b++);
        } else {
            // One of them may have ended at its largest value.
            merged.push_back({a->low, std::max(a->high, b->high), a->count + b->count});
            ++a, ++b;
        }
    }
    into = std::move(merged);
}

std::uint64_t count_of(const Buckets& buckets) {
    std::uint64_t count = 0;
    for (const auto& bucket : buckets) count += bucket.count;
    return count;
}

double percentile_of(const Buckets& buckets, double q) {
    if (buckets.empty()) return unknown;
    const auto rank = static_cast<std::uint64_t>(std::ceil(q * static_cast<double>(count_of(buckets))));
    std::uint64_t seen = 0;
    for (const auto& bucket : buckets)
        if (seen += bucket.count; seen >= rank) return bucket.high;
    return buckets.back().high;
}

double max_of(const Buckets& buckets) { return buckets.empty() ? unknown : buckets.back().high; }

void write_histograms(std::ostream& out, const Histograms& histograms) {
    out << "name,low,high,count\n";
    for (const auto& [name, buckets] : histograms)
        for (const auto& b : buckets) out << fmt::format("{},{},{},{}\n", csv_text(name), b.low, b.high, b.count);
}

Histograms read_histograms(std::istream& in, const std::string& place) {
    CsvReader csv(in, place);
    Histograms histograms;
    while (csv.next()) {
        auto& buckets = histograms[csv.text("name")];
        const Bucket bucket{csv.number<double>("low"), csv.number<double>("high"), csv.number<std::uint64_t>("count")};
        if (bucket.high < bucket.low || bucket.count == 0) csv.refuse("a bucket needs low <= high and a count above 0");
        if (!buckets.empty() && bucket.low <= buckets.back().high)
            csv.refuse(fmt::format("buckets of '{}' are not in rising order", csv.text("name")));
        buckets.push_back(bucket);
    }
    return histograms;
}

}  // namespace forerun::measure
