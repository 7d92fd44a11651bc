#include "tools/measure/peers/system_run.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <functional>
#include <stdexcept>
#include <thread>

#include "rt-engine/audio-io/name_match.h"
#include "rt-engine/threads/realtime_thread.h"
#include "shared/bad_input.h"
#include "shared/time/sample_clock.h"
#include "tools/measure/peers/other_system.h"
#include "tools/measure/record/provenance.h"
#include "tools/measure/run/jack_recording.h"
#include "tools/measure/run/stressor.h"
#include "tools/process/stop_signal.h"
#include "tools/process/temporary_folder.h"

namespace forerun::measure {
namespace {

constexpr double patience_seconds = 60;  // until it sounds; compiling an orchestra is slow on a loaded machine
constexpr double sounding_level = 1e-3;  // RMS

void require_possible(const Point& point) {
    const auto mode = point.text("mode");
    const auto refuse = [&](const std::string& what) { throw BadInput(fmt::format("mode {}: {}", mode, what)); };
    if (point.text("host_api").empty() || !has_part("jack", point.text("host_api")))
        refuse("plays on a JACK server; write host_api=jack device=system, and start jackd");
    if (point.text("fault") != "none") refuse("faults are put only into Forerun itself; write fault=none");
    if (point.number("events_hz") > 0) refuse("its voices are held without events; write events_hz=0");
}

// Polls every ten milliseconds until the condition holds.
void wait(OtherSystem& system, const JackRecording& recording, double seconds, const char* what,
          const std::function<bool()>& is_so) {
    const auto end = monotonic_nanoseconds() + static_cast<std::int64_t>(1e9 * seconds);
    while (!is_so()) {
        const auto program = system.words().front();
        if (stop_requested()) throw std::runtime_error("stopped");
        if (!system.process().running())
            throw std::runtime_error(fmt::format("{} ended: {}", program, system.process().last_line()));
        if (!recording.running()) throw std::runtime_error("the JACK server has gone");
        if (monotonic_nanoseconds() > end)
            throw std::runtime_error(
                fmt::format("{} {} within {:g} s: {}", program, what, seconds, system.process().last_line()));
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
}

// Gaps of voice 0, the output itself.
std::vector<Gap> gaps_of(const std::vector<SoundGap>& sound) {
    std::vector<Gap> gaps;
    for (const auto& s : sound) {
        Gap gap;
        gap.instrument = "output";
        gap.frame = s.frame;
        gap.frames = s.frames;
        gap.cause = Cause::unknown;
        gaps.push_back(std::move(gap));
    }
    return gaps;
}

}  // namespace

CellRecord run_system_cell(const Plan& plan, const CellName& name) {
    const auto& point = plan.point(name);
    require_possible(point);
    const auto mode = point.text("mode");
    const bool realtime = point.text("scheduling") == "realtime";
    const auto voices = static_cast<std::uint32_t>(point.whole("voices"));
    CellRecord record;
    record.cell = {{"schema", 1},
                   {"cell", name.text()},
                   {"point", name.point},
                   {"repeat", name.repeat},
                   {"seed", plan.seed_of(name)},
                   {"began", fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr)))},
                   {"parameters", point.values()}};
    auto provenance = provenance_of_machine();

    require_installed(mode);
    const TemporaryFolder folder;
    JackRecording recording;
    const auto rate_hz = recording.rate_hz();
    const auto system = start_other_system(
        mode, {.count = voices, .rate_hz = rate_hz, .block_frames = recording.block_frames(), .realtime = realtime},
        folder.path());
    wait(*system, recording, patience_seconds, "takes no voices", [&] { return system->try_play(); });
    wait(*system, recording, patience_seconds, "has no output",
         [&] { return recording.try_listen_to(system->client()); });
    wait(*system, recording, patience_seconds, "is silent", [&] { return recording.level() > sounding_level; });
    // After that: the start is not measured.
    const Stressor stressor(point.text("stressor"));
    const auto warm = monotonic_nanoseconds() + static_cast<std::int64_t>(1e9 * plan.warmup_seconds);
    wait(*system, recording, plan.warmup_seconds + 1, "", [&] { return monotonic_nanoseconds() >= warm; });

    Sentinel sentinel(realtime ? audio_thread_priority : 0);
    const auto began = monotonic_nanoseconds();
    const double cpu_before = system->process().cpu_seconds();
    recording.begin(plan.seconds);
    wait(*system, recording, 2 * plan.seconds + 10, "was not recorded", [&] { return recording.done(); });
    const double cpu_seconds = system->process().cpu_seconds() - cpu_before;
    const double measured_seconds = static_cast<double>(monotonic_nanoseconds() - began) / 1e9;
    sentinel.stop();

    const auto sound = sound_gaps(recording.samples(), recording.block_frames());
    record.gaps = gaps_of(sound);
    const auto frames = std::ssize(recording.samples());
    record.cell["rate_hz"] = rate_hz;
    record.cell["block_frames"] = recording.block_frames();
    record.cell["seconds"] = static_cast<double>(frames) / rate_hz;
    record.cell["frames"] = frames;
    record.cell["sound"] = json_of(recording, sound);
    std::int64_t missing = 0;
    for (const auto& gap : record.gaps) missing += gap.frames;
    record.cell["counts"] = {{"underrun_events", record.gaps.size()},
                             {"underrun_frames", missing},
                             {"frames_rendered", frames * voices},
                             {"device_underflows", recording.xruns()}};
    record.cell["cpu_share"] = cpu_seconds / measured_seconds;
    record.cell["process_cpu_share"] = cpu_seconds / measured_seconds;
    record.cell["rendered_per_played"] = 1;
    record.add_pauses(sentinel, began);
    provenance["device"] = "JACK";
    provenance["rate_hz"] = rate_hz;
    provenance["block_frames"] = recording.block_frames();
    provenance["system"] = {{"program", system->words().front()}, {"version", system->version()}};
    if (const auto by = stressor.made_by(); !by.empty()) provenance["stressor_by"] = by;
    record.cell["provenance"] = std::move(provenance);
    return record;
}

}  // namespace forerun::measure
