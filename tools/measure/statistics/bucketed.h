// A distribution kept as buckets, as histograms.csv has it: raw, mergeable, exact to a bucket's width.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <map>
#include <string>
#include <vector>

#include "shared/metrics/distribution.h"

namespace forerun::measure {

struct Bucket {
    double low = 0, high = 0;  // smallest and largest value that it holds
    std::uint64_t count = 0;   // never 0
};
// By rising values, none twice. Buckets that are merged must be of one grid (the same lows).
using Buckets = std::vector<Bucket>;

// What a histogram holds, times `scale` (1e-6: nanoseconds to milliseconds). The last bucket ends at the
// largest value that was seen, so that max_of() is exact.
Buckets buckets_of(const Distribution& distribution, double scale);
// Values that were kept one by one: a bucket per different value.
Buckets buckets_of(std::vector<double> values);

void merge(Buckets& into, const Buckets& other);
std::uint64_t count_of(const Buckets& buckets);
// The value of rank ceil(q·n), from above: the high end of its bucket, as shared/metrics/histogram.h has it (R. J. Hyndman, Y. Fan,
// The American Statistician 50, 1996, type 1). Unknown when empty.
double percentile_of(const Buckets& buckets, double q);
double max_of(const Buckets& buckets);  // unknown when empty

// histograms.csv: name,low,high,count. What is written is read back equal.
using Histograms = std::map<std::string, Buckets>;
void write_histograms(std::ostream& out, const Histograms& histograms);
// `place` is the file's name for messages. BadInput: place:line, what is wrong.
Histograms read_histograms(std::istream& in, const std::string& place);

}  // namespace forerun::measure
