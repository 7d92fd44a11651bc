// libFuzzer target for results of forerun measure: plans, cells and tables are refused in one line, or hold what the figures
// are made from.
//
// Built by cmake/fuzz.cmake, run by run.sh. The first byte of an input says what it is, the rest is the file.
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <sstream>
#include <string>
#include <string_view>

#include "rt-engine/session/json_text.h"
#include "tools/measure/plan/plan.h"
#include "tools/measure/record/cell_fields.h"
#include "tools/measure/record/gap.h"
#include "tools/measure/statistics/bucketed.h"
#include "tools/measure/statistics/incidents.h"

namespace {

using namespace forerun;
using namespace forerun::measure;

void require(bool holds, const char* what) {
    if (holds) return;
    std::fprintf(stderr, "fuzz_result: broken promise: %s\n", what);
    std::abort();
}

void check_plan(std::string_view text) {
    const auto plan = Plan::of(parse_json<Json>(text, "fuzz.json"), "fuzz.json");
    require(!plan.points.empty() && plan.repeats >= 1 && plan.repeats <= 1000, "a plan has points and repeats");
    require(Plan::of(plan.json(), "again").json() == plan.json(), "what is written is read back equal");
    require(!plan.factors().empty() || !plan.points.empty(), "factors");
}

void check_cell(std::string_view text) {
    const auto cell = parsed_json<Json>(text);
    require_cell(cell);
    require(cell.at("seconds").get<double>() > 0 && cell.at("block_frames").get<std::int64_t>() > 0,
            "a cell has a length");
    require(Point(cell.at("parameters")).whole("voices") <= 900, "a cell's parameters are a point's");
}

void check_gaps(const std::string& text) {
    std::istringstream in(text);
    const auto gaps = read_gaps(in, "fuzz.csv");
    for (const auto of : {IncidentsOf::everything, IncidentsOf::voices, IncidentsOf::output})
        for (const auto& incident : incidents_of(gaps, 64, of))
            require(incident.frames > 0 && incident.voice_frames > 0 && incident.gaps > 0, "an incident has a length");
}

void check_histograms(const std::string& text) {
    std::istringstream in(text);
    for (const auto& [name, buckets] : read_histograms(in, "fuzz.csv")) {
        require(count_of(buckets) > 0, "a histogram counts");
        for (const double q : {0.5, 0.999})
            require(std::isfinite(percentile_of(buckets, q)), "a percentile is a number");
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::string text(reinterpret_cast<const char*>(data) + 1, size - 1);
    try {
        switch (data[0] % 4) {
        case 0: check_plan(text); break;
        case 1: check_cell(text); break;
        case 2: check_gaps(text); break;
        default: check_histograms(text); break;
        }
    } catch (const BadInput& bad) {
        require(std::string_view(bad.what()).starts_with("fuzz."), "a message names the file");
    } catch (const JsonFault& fault) {
        require(*fault.what() != 0, "a fault is said");
    }
    return 0;
}
