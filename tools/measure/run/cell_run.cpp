#include "tools/measure/run/cell_run.h"

#include <fmt/chrono.h>

#include <cmath>
#include <ctime>

#include "rt-engine/threads/realtime_thread.h"
#include "shared/bad_input.h"
#include "tools/live/output_device.h"
#include "tools/measure/peers/other_system.h"
#include "tools/measure/peers/system_run.h"
#include "tools/measure/record/provenance.h"
#include "tools/measure/run/cell_setup.h"
#include "tools/measure/run/fault_player.h"
#include "tools/measure/run/stressor.h"

namespace forerun::measure {
namespace {

Configuration configuration_of(const Point& point, std::uint64_t seed) {
    Configuration c;
    const auto mode = point.text("mode");
    c.rewind = mode == "rewind";
    c.live_depth = mode == "shallow";
    c.voices = static_cast<std::uint32_t>(point.whole("voices"));
    c.rate_hz = point.number("rate_hz");
    c.block_frames = point.whole("block_frames");
    c.depth_frames = point.whole("depth_frames");
    c.workers = static_cast<std::uint32_t>(point.whole("workers"));
    c.event_delay_frames = point.whole("event_delay_frames");
    c.quality_scaling = point.flag("quality_scaling");
    c.floor_seconds = point.number("floor_ms") / 1000;
    c.load_ceiling = point.number("load_ceiling");
    c.seed = seed;
    for (const auto& fault : faults_of(point.text("fault")))
        if (fault.kind == FaultKind::burst || fault.kind == FaultKind::hang)
            c.voices += static_cast<std::uint32_t>(std::max(1.0, fault.size));
    return c;
}

std::string utc_now() { return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr))); }

}  // namespace

void add_missed_deadlines(const DeadlineWatch& watch, const CellSetup& setup, std::int64_t began, CellRecord& record) {
    const double rate_hz = setup.configuration.rate_hz;
    const auto end = began + static_cast<std::int64_t>(1e9 * setup.plan.seconds);
    std::size_t missed = 0;
    for (const auto& late : watch) {
        if (late.nanoseconds < began || late.nanoseconds >= end) continue;
        ++missed;
        Gap gap;
        gap.instrument = "output";
        gap.frame = static_cast<std::int64_t>(static_cast<double>(late.nanoseconds - began) * rate_hz / 1e9);
        gap.frames = static_cast<std::int64_t>(std::ceil(static_cast<double>(late.late_nanoseconds) * rate_hz / 1e9));
        const double us = 1e6 * static_cast<double>(gap.frames) / rate_hz;
        const double waited =
            us * static_cast<double>(late.began_late_nanoseconds) / static_cast<double>(late.late_nanoseconds);
        gap.micros[static_cast<std::size_t>(Cause::woken_late)] = waited;
        gap.micros[static_cast<std::size_t>(Cause::rendering)] = us - waited;
        gap.cause = 2 * waited > us ? Cause::woken_late : Cause::rendering;
        record.gaps.push_back(gap);
    }
    record.cell["deadlines_missed"] = missed;
}

CellRecord run_cell(const Plan& plan, const CellName& name) {
    const auto& point = plan.point(name);
    if (const auto mode = point.text("mode");
        point.text("recording") == "sound" && (mode == "direct" || is_other_system(mode)))
        throw BadInput("recording sound: only rewind, ring and shallow have a log to compare with; mode is " + mode);
    if (is_other_system(point.text("mode"))) return run_system_cell(plan, name);
    const auto seed = plan.seed_of(name);
    if (point.text("scheduling") == "ordinary") forbid_realtime();
    CellRecord record;
    record.cell = {{"schema", 1},  {"cell", name.text()}, {"point", name.point},         {"repeat", name.repeat},
                   {"seed", seed}, {"began", utc_now()},  {"parameters", point.values()}};
    record.cell["again_with"] = plan.command_of(name);
    record.cell["provenance"] = provenance_of_machine();
    const auto opened = open_output_device({.device = point.text("device"),
                                            .host_api = point.text("host_api"),
                                            .rate_hz = point.number("rate_hz"),
                                            .block_frames = point.whole("block_frames"),
                                            .channels = Configuration{}.channels});
    auto& device = *opened.device;
    const CellSetup setup{plan, point, seed, device, fitted_to(device, configuration_of(point, seed))};
    record.cell["rate_hz"] = setup.configuration.rate_hz;
    record.cell["block_frames"] = setup.configuration.block_frames;
    const Stressor stressor(point.text("stressor"));
    if (const auto by = stressor.made_by(); !by.empty()) record.cell["provenance"]["stressor_by"] = by;
    if (point.text("mode") == "direct")
        run_direct_cell(setup, record);
    else
        run_engine_cell(setup, record);
    add_device(record.cell["provenance"], device);
    return record;
}

}  // namespace forerun::measure
