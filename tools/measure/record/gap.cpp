#include "tools/measure/record/gap.h"

#include <fmt/format.h>

#include <ostream>

#include "tools/measure/record/csv.h"

namespace forerun::measure {

namespace {

constexpr std::array<std::string_view, static_cast<std::size_t>(Cause::count)> names{
    "rendering",     "rewinding",  "starting", "collecting", "compiling", "warming",
    "not_scheduled", "woken_late", "idle",     "late_start", "unknown"};

constexpr std::string_view facts =
    "voice,slot,instrument,frame,frames,fill_before,worker,late_start,stopped,cause,cause_voice";

}  // namespace

std::string column_of(std::size_t timed_cause) { return fmt::format("{}_us", names[timed_cause]); }

std::string_view name_of(Cause cause) { return names[static_cast<std::size_t>(cause)]; }

std::optional<Cause> cause_named(std::string_view name) {
    for (std::size_t c = 0; c < names.size(); ++c)
        if (names[c] == name) return static_cast<Cause>(c);
    return std::nullopt;
}

void write_gaps(std::ostream& out, const std::vector<Gap>& gaps) {
    out << facts;
    for (std::size_t c = 0; c < timed_causes; ++c) out << ',' << column_of(c);
    out << '\n';
    for (const auto& g : gaps) {
        out << fmt::format("{},{},{},{},{},{},{},{:d},{:d},{},{}", g.voice, g.slot, csv_text(g.instrument), g.frame,
                           g.frames, g.fill_before, g.worker, g.late_start, g.stopped, name_of(g.cause), g.cause_voice);
        for (const double us : g.micros) out << fmt::format(",{}", us);
        out << '\n';
    }
}

std::vector<Gap> read_gaps(std::istream& in, const std::string& place) {
    CsvReader csv(in, place);
    std::vector<Gap> gaps;
    while (csv.next()) {
        Gap g;
        g.voice = csv.number<std::uint64_t>("voice");
        g.slot = csv.number<std::uint32_t>("slot");
        g.instrument = csv.text("instrument");
        g.frame = csv.number<std::int64_t>("frame");
        g.frames = csv.number<std::int64_t>("frames");
        g.fill_before = csv.number<std::int64_t>("fill_before");
        g.worker = csv.number<std::uint32_t>("worker");
        g.late_start = csv.number<int>("late_start") != 0;
        g.stopped = csv.number<int>("stopped") != 0;
        const auto cause = cause_named(csv.text("cause"));
        if (!cause) csv.refuse(fmt::format("'{}' is no cause of a gap", csv.text("cause")));
        g.cause = *cause;
        g.cause_voice = csv.number<std::uint64_t>("cause_voice");
        for (std::size_t c = 0; c < timed_causes; ++c) g.micros[c] = csv.number<double>(column_of(c));
        if (g.frames <= 0) csv.refuse("a gap has at least one frame");
        gaps.push_back(std::move(g));
    }
    return gaps;
}

}  // namespace forerun::measure
