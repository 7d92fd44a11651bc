// The record of one cell, and its files (docs/measure.md has the columns).
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "tools/measure/plan/parameters.h"
#include "tools/measure/record/fill_watch.h"
#include "tools/measure/record/gap.h"
#include "tools/measure/record/sentinel.h"
#include "tools/measure/record/worker_seconds.h"
#include "tools/measure/statistics/bucketed.h"

namespace forerun::measure {

// A dropout to be drawn: the fill of the voice, and what its worker did, in milliseconds from the first missing frame.
struct GapPicture {
    std::size_t gap = 0;  // in `gaps`
    std::vector<std::pair<double, std::int64_t>> fill;
    struct Did {
        double from_ms = 0, to_ms = 0;
        Cause cause = Cause::idle;
        std::uint64_t voice = 0;
    };
    std::vector<Did> did;
};

struct CellRecord {
    Json cell;  // parameters, counts, provenance: cell.json
    std::vector<Gap> gaps;
    std::vector<Window> windows;
    std::vector<WorkerSecond> workers;
    std::vector<std::string> instruments;  // by index
    Histograms histograms;
    std::vector<GapPicture> pictures;
    std::vector<std::pair<double, double>> pauses;  // of the machine, in seconds of the measurement: from, length

    // After Sentinel::stop().
    void add_pauses(const Sentinel& sentinel, std::int64_t began_nanoseconds);
};

// What came between two readings of one histogram.
Buckets since(const Buckets& before, Buckets now);

// Into a folder that is there and empty. Throws std::runtime_error.
void write_cell(const std::filesystem::path& folder, const CellRecord& record);
// Throws BadInput with the file's name. Pictures are read when asked for.
CellRecord read_cell(const std::filesystem::path& folder, bool with_pictures);

}  // namespace forerun::measure
