// What all modes need to run a cell: its point, its device, its times.
#pragma once

#include <chrono>
#include <stdexcept>
#include <thread>

#include "rt-engine/audio-io/device.h"
#include "shared/configuration.h"
#include "shared/time/sample_clock.h"
#include "tools/measure/plan/event_plan.h"
#include "tools/measure/plan/plan.h"
#include "tools/measure/record/cell_record.h"
#include "tools/measure/run/deadline_watch.h"
#include "tools/process/stop_signal.h"

namespace forerun::measure {

struct CellSetup {
    const Plan& plan;
    const Point& point;
    std::uint64_t seed = 1;
    Device& device;
    Configuration configuration;  // fits the device

    std::uint32_t voices() const { return static_cast<std::uint32_t>(point.whole("voices")); }
    std::vector<PlannedEvent> events() const {
        return planned_events({.voices = voices(),
                               .events_hz = point.number("events_hz"),
                               .kind = point.text("event_kind"),
                               .seconds = plan.seconds,
                               .seed = seed});
    }
};

// Whether more is looked at than the engine counts anyway.
inline bool watches(const Point& point) { return point.text("recording") != "counters"; }

// Put everything that was measured into the record, but not what run_cell() knows itself.
void run_engine_cell(const CellSetup& setup, CellRecord& record);
void run_direct_cell(const CellSetup& setup, CellRecord& record);

// A callback that was late while it was measured is a gap of voice 0, the output itself.
void add_missed_deadlines(const DeadlineWatch& watch, const CellSetup& setup, std::int64_t began_nanoseconds,
                          CellRecord& record);

// Throws std::runtime_error when the program is asked to stop.
inline void wait_until(std::int64_t nanoseconds) {
    while (monotonic_nanoseconds() < nanoseconds) {
        if (stop_requested()) throw std::runtime_error("stopped");
        const auto until = std::min(nanoseconds, monotonic_nanoseconds() + 50'000'000);
        std::this_thread::sleep_until(std::chrono::steady_clock::time_point(std::chrono::nanoseconds(until)));
    }
}

// Sends what was planned, each at its time. How many of them were taken.
template <typename Send>
std::uint64_t send_events(const std::vector<PlannedEvent>& events, std::int64_t begin_nanoseconds, Send try_send) {
    std::uint64_t sent = 0;
    for (const auto& planned : events) {
        wait_until(begin_nanoseconds + static_cast<std::int64_t>(1e9 * planned.seconds));
        sent += try_send(planned.event) ? 1 : 0;
    }
    return sent;
}

}  // namespace forerun::measure
