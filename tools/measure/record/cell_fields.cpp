#include "tools/measure/record/cell_fields.h"

#include <cstdint>

#include "rt-engine/session/json_text.h"
#include "shared/bad_input.h"

namespace forerun::measure {
namespace {

constexpr std::int64_t most_cell_frames = std::int64_t{1} << 40;
constexpr std::uint64_t most_cell_count = std::uint64_t{1} << 40;

}  // namespace

void require_cell(const Json& cell) {
    number_in<int>(cell, "repeat", 1, 1'000'000);
    if (!(number_in<double>(cell, "seconds", 0, 1e9) > 0)) throw JsonFault("\"seconds\" is 0");
    number_in<double>(cell, "rate_hz", 1, 1e6);
    number_in<std::int64_t>(cell, "block_frames", 1, 1 << 20);
    number_in<double>(cell, "frames", 0, static_cast<double>(most_cell_frames));
    number_in<double>(cell, "cpu_share", -1e9, 1e9);
    const auto& counts = object_in(cell, "counts");
    number_in<double>(counts, "frames_rendered", 0, 1e15);
    if (counts.contains("underrun_events")) number_in<std::uint64_t>(counts, "underrun_events", 0, most_cell_count);
    object_in(cell, "provenance");
    try {
        const Point is_one(object_in(cell, "parameters"));
    } catch (const BadInput& wrong) {
        throw JsonFault(wrong.what());
    }
    if (!cell.contains("evidence") || !cell.at("evidence").is_object()) return;
    const auto& evidence = cell.at("evidence");
    for (const auto* name : {"frames", "incidents", "incidents_heard", "late_switches", "unexplained_frames",
                             "limited_frames", "length_error_frames_max"})
        if (evidence.contains(name)) number_in<std::uint64_t>(evidence, name, 0, most_cell_count);
    if (evidence.contains("splice_error")) number_in<double>(evidence, "splice_error", -1e15, 1e15);
}

}  // namespace forerun::measure
