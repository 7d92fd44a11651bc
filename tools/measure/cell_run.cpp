#include "tools/measure/cell_run.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <sys/resource.h>

#include <atomic>
#include <ctime>
#include <optional>
#include <stdexcept>
#include <thread>

#include "rt-engine/name_match.h"
#include "rt-engine/realtime_thread.h"
#include "tools/engine_options.h"
#include "tools/measure/cell_counts.h"
#include "tools/measure/cell_recorder.h"
#include "tools/measure/event_plan.h"
#include "tools/measure/fault_player.h"
#include "tools/measure/jack_recording.h"
#include "tools/measure/other_system.h"
#include "tools/measure/provenance.h"
#include "tools/measure/stressor.h"
#include "tools/measure/system_run.h"
#include "tools/memory_need.h"
#include "tools/output_device.h"
#include "tools/stop_signal.h"

namespace forerun::measure {
namespace {

constexpr std::uint32_t traced_spans = 1u << 16;
constexpr auto look_period = std::chrono::milliseconds(1);

Configuration configuration_of(const Point& point, std::uint64_t seed) {
    Configuration c;
    const auto mode = point.text("mode");
    c.rewind = mode == "rewind";
    c.voices = static_cast<std::uint32_t>(point.whole("voices"));
    for (const auto& fault : faults_of(point.text("fault")))
        if (fault.kind == FaultKind::burst || fault.kind == FaultKind::hang)
            c.voices += static_cast<std::uint32_t>(std::max(1.0, fault.size));
    c.rate_hz = point.number("rate_hz");
    c.block_frames = point.whole("block_frames");
    c.depth_frames = point.whole("depth_frames");
    c.workers = static_cast<std::uint32_t>(point.whole("workers"));
    c.event_delay_frames = point.whole("event_delay_frames");
    c.quality_scaling = point.flag("quality_scaling");
    c.floor_seconds = point.number("floor_ms") / 1000;
    c.load_ceiling = point.number("load_ceiling");
    c.seed = seed;
    if (point.text("recording") == "full") c.traced_spans = traced_spans;
    for (const auto& fault : faults_of(point.text("fault"))) put_into_workers(fault, c);
    return c;
}

// Sends what was planned, each at its time. How many of them the engine took.
std::uint64_t send(const std::vector<PlannedEvent>& events, Producer& producer, std::int64_t begin_nanoseconds) {
    std::uint64_t sent = 0;
    for (const auto& planned : events) {
        const auto due = begin_nanoseconds + static_cast<std::int64_t>(1e9 * planned.seconds);
        std::this_thread::sleep_until(std::chrono::steady_clock::time_point(std::chrono::nanoseconds(due)));
        if (stop_requested()) throw std::runtime_error("stopped");
        sent += producer.try_send(planned.event) ? 1 : 0;
    }
    return sent;
}

void wait_until(std::int64_t nanoseconds) {
    while (monotonic_nanoseconds() < nanoseconds) {
        if (stop_requested()) throw std::runtime_error("stopped");
        const auto until = std::min(nanoseconds, monotonic_nanoseconds() + 50'000'000);
        std::this_thread::sleep_until(std::chrono::steady_clock::time_point(std::chrono::nanoseconds(until)));
    }
}

// Calls the recorder every millisecond on a thread of its own. Joined by finish().
class Watching {
public:
    Watching(CellRecorder& recorder, bool on) : recorder_(recorder) {
        if (on) thread_ = std::thread([this] { run(); });
    }
    ~Watching() { finish(); }
    void measure_from(std::int64_t frame) { from_.store(frame); }
    void finish() {
        ends_.store(true);
        if (thread_.joinable()) thread_.join();
    }

private:
    void run() {
        while (!ends_.load(std::memory_order_relaxed)) {
            if (const auto frame = from_.exchange(-1); frame >= 0)
                recorder_.measure_from(frame, monotonic_nanoseconds());
            recorder_.look(monotonic_nanoseconds());
            std::this_thread::sleep_for(look_period);
        }
    }
    CellRecorder& recorder_;
    std::atomic<std::int64_t> from_{-1};
    std::atomic<bool> ends_{false};
    std::thread thread_;
};

std::string utc_now() { return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr))); }

}  // namespace

CellRecord run_cell(const Plan& plan, const CellName& name) {
    const auto& point = plan.point(name);
    if (is_other_system(point.text("mode"))) return run_system_cell(plan, name);
    const auto seed = plan.seed_of(name);
    if (point.text("scheduling") == "ordinary") forbid_realtime();
    CellRecord record;
    record.cell = {{"schema", 1},  {"cell", name.text()}, {"point", name.point},         {"repeat", name.repeat},
                   {"seed", seed}, {"began", utc_now()},  {"parameters", point.values()}};
    auto provenance = provenance_of_machine();

    auto opened = open_output_device({.device = point.text("device"),
                                      .host_api = point.text("host_api"),
                                      .rate_hz = point.number("rate_hz"),
                                      .block_frames = point.whole("block_frames"),
                                      .channels = Configuration{}.channels});
    auto& device = *opened.device;
    const auto configuration = fitted_to(device, configuration_of(point, seed));
    require_memory(configuration);
    Engine engine(configuration);
    const auto rig = point.text("rig");
    const FaultScene scene(
        faults_of(point.text("fault")),
        rig.empty() ? find_script(point.text("voice"), "voices", "voice") : find_script(rig, "rigs", "rig"),
        !rig.empty());
    if (scene.is_rig())
        engine.load_rig(scene.script());
    else
        engine.load_voice(scene.script());
    const Stressor stressor(point.text("stressor"));
    auto producer = engine.make_producer();
    engine.start();
    device.start(
        [](void* e, float* out, std::int64_t frames) noexcept { static_cast<Engine*>(e)->process(out, frames); },
        &engine);
    // On JACK it is heard as another system would be, by the same ears.
    std::optional<JackRecording> heard;
    if (!point.text("host_api").empty() && has_part("jack", point.text("host_api")) &&
        point.text("recording") == "full") {
        heard.emplace();
        if (!heard->try_listen_to("forerun")) heard.reset();
    }
    const auto& state = engine.state();
    const auto rate_hz = configuration.rate_hz;
    record.cell["rate_hz"] = rate_hz;
    record.cell["block_frames"] = configuration.block_frames;

    CellRecorder recorder(engine);
    Watching watching(recorder, point.text("recording") == "full");
    const auto first = state.clock().frame() + state.header().depth_frames / 2;
    for (std::uint32_t n = 0; n < point.whole("voices"); ++n)
        while (!producer.try_send(held_note(n, first))) std::this_thread::yield();
    wait_until(monotonic_nanoseconds() + static_cast<std::int64_t>(1e9 * plan.warmup_seconds));

    Sentinel sentinel(device.scheduling().priority);
    CellCounts counts(engine, device);
    const auto began = monotonic_nanoseconds();
    watching.measure_from(state.clock().frame());
    if (heard) heard->begin(plan.seconds);
    const auto events = planned_events({.voices = static_cast<std::uint32_t>(point.whole("voices")),
                                        .events_hz = point.number("events_hz"),
                                        .kind = point.text("event_kind"),
                                        .seconds = plan.seconds,
                                        .seed = seed});
    FaultPlayer faults(scene, engine, began, plan.seconds);
    const auto sent = send(events, producer, began);
    wait_until(began + static_cast<std::int64_t>(1e9 * plan.seconds));
    counts.finish();
    faults.stop();
    sentinel.stop();
    // What is still on its way belongs to the events that were sent.
    wait_until(monotonic_nanoseconds() + 100'000'000);
    counts.read_answers(record);
    if (heard && heard->done())
        record.cell["sound"] = json_of(*heard, sound_gaps(heard->samples(), heard->block_frames()));
    watching.finish();
    device.stop();
    engine.stop();
    recorder.finish(monotonic_nanoseconds(), record);

    counts.put(record, recorder.counts());
    record.cell["counts"]["events_planned"] = events.size();
    record.cell["counts"]["events_sent"] = sent;
    for (const auto& [kind, times] : faults.played()) record.cell["faults"][word_of(kind)] = times;
    record.histograms["sentinel_ms"] = buckets_of(sentinel.lateness_nanoseconds(), 1e-6);
    for (const auto& pause : sentinel.pauses())
        record.pauses.emplace_back(static_cast<double>(pause.from_nanoseconds - began) / 1e9,
                                   static_cast<double>(pause.to_nanoseconds - pause.from_nanoseconds) / 1e9);
    add_engine(provenance, engine, device);
    if (const auto by = stressor.made_by(); !by.empty()) provenance["stressor_by"] = by;
    record.cell["provenance"] = std::move(provenance);
    return record;
}

}  // namespace forerun::measure
