// A cell whose voices are played ahead by the engine: modes rewind, ring and shallow.
#include <algorithm>
#include <atomic>
#include <optional>
#include <stdexcept>
#include <string>

#include "rt-engine/audio-io/name_match.h"
#include "rt-engine/forerun.h"
#include "shared/threads/guarded_thread.h"
#include "tools/measure/record/provenance.h"
#include "tools/measure/run/cell_counts.h"
#include "tools/measure/run/cell_probes.h"
#include "tools/measure/run/cell_recorder.h"
#include "tools/measure/run/cell_setup.h"
#include "tools/measure/run/fault_player.h"
#include "tools/measure/run/jack_recording.h"
#include "tools/measure/run/output_recording.h"
#include "tools/measure/sound/session_evidence.h"
#include "tools/options/engine_options.h"
#include "tools/options/memory_need.h"
#include "tools/process/temporary_folder.h"

namespace forerun::measure {
namespace {

constexpr auto look_period = std::chrono::milliseconds(1);

// Calls the recorder every millisecond on a thread of its own. Joined by finish().
class Watching {
public:
    Watching(CellRecorder& recorder, bool on) : recorder_(recorder) {
        if (on) thread_ = GuardedThread([this] { run(); }, [this](const char* why) { failure_ = why; });
    }
    ~Watching() { finish(); }
    // Once each; `nanoseconds` is when the clock was there.
    void measure_from(std::int64_t frame, std::int64_t nanoseconds) {
        from_nanoseconds_.store(nanoseconds, std::memory_order_relaxed);
        from_.store(frame);
    }
    void measure_to(std::int64_t frame, std::int64_t nanoseconds) {
        to_nanoseconds_.store(nanoseconds, std::memory_order_relaxed);
        to_.store(frame);
    }
    void finish() {
        ends_.store(true);
        if (thread_.joinable()) thread_.join();
    }
    // After finish(): throws what ended the thread before.
    void require_complete() const {
        if (!failure_.empty()) throw std::runtime_error("the cell's recorder stopped: " + failure_);
    }

private:
    void run() {
        while (!ends_.load(std::memory_order_relaxed)) {
            // Sequentially consistent, as the stores of the frames: the time that belongs to a frame was written before.
            if (const auto frame = from_.exchange(-1); frame >= 0)
                recorder_.measure_from(frame, from_nanoseconds_.load(std::memory_order_relaxed));
            if (const auto frame = to_.exchange(-1); frame >= 0)
                recorder_.measure_to(frame, to_nanoseconds_.load(std::memory_order_relaxed));
            recorder_.look(monotonic_nanoseconds());
            std::this_thread::sleep_for(look_period);
        }
    }
    CellRecorder& recorder_;
    std::atomic<std::int64_t> from_{-1}, to_{-1}, from_nanoseconds_{0}, to_nanoseconds_{0};
    std::atomic<bool> ends_{false};
    std::string failure_;  // read when the thread is joined
    GuardedThread thread_;
};

struct Callback {
    Engine& engine;
    DeadlineWatch watch;
    OutputRecording recording;
    static void call(void* user, const float*, float* out, std::int64_t frames) noexcept {
        auto& self = *static_cast<Callback*>(user);
        const auto began = monotonic_nanoseconds();
        self.engine.process(out, frames);
        self.watch.block(began, monotonic_nanoseconds(), frames);
        self.recording.push_rt(self.engine.state().clock().frame() - frames, out, frames);
    }
};

// Room for a measurement that ends a little late.
constexpr double recorded_behind_seconds = 0.5;

// The cell's sound against its log, rendered as intended.
Json evidence_of(const Engine& engine, const OutputRecording& recording, std::int64_t began_frame,
                 std::int64_t end_frame, const std::vector<Gap>& gaps, const std::filesystem::path& folder) {
    RecordedOutput recorded{.first_frame = recording.first_frame(), .samples = recording.samples(), .gaps = gaps};
    const auto frames = std::max<std::int64_t>(0, end_frame - recorded.first_frame);
    recorded.samples = recorded.samples.first(
        std::min(recorded.samples.size(), static_cast<std::size_t>(frames) * engine.configuration().channels));
    for (auto& gap : recorded.gaps) gap.frame += began_frame - recorded.first_frame;
    const auto found = evidence_of(recorded, folder / "session.frlog", folder);
    const auto limited =
        std::max(found.limited_frames, std::uint64_t{engine.state().header().mixer.limited_frames.load()});
    // What the limiter does to one sound it does not to the other, for up to a second.
    if (limited > 0) return {{"limited_frames", limited}};
    auto j = json_of(found.sound);
    j["late_switches"] = found.late_switches;
    return j;
}

}  // namespace

void run_engine_cell(const CellSetup& setup, CellRecord& record) {
    const auto& point = setup.point;
    require_memory(setup.configuration);
    CellProbes probes(faults_of(point.text("fault")), setup.configuration.rate_hz, watches(point));
    Engine engine(setup.configuration, &probes);
    const auto rig = point.text("rig");
    const FaultScene scene(
        faults_of(point.text("fault")),
        rig.empty() ? find_script(point.text("voice"), "voices", "voice") : find_script(rig, "rigs", "rig"),
        !rig.empty());
    if (scene.is_rig())
        engine.load_rig(scene.script());
    else
        engine.load_voice(scene.script());
    const bool compares_sound = point.text("recording") == "sound";
    std::optional<TemporaryFolder> folder;
    if (compares_sound) engine.log_session(folder.emplace().path() / "session.frlog");
    auto producer = engine.make_producer();
    engine.start();
    Callback callback{engine, DeadlineWatch(setup.configuration.rate_hz),
                      OutputRecording(setup.configuration.channels)};
    setup.device.start(&Callback::call, &callback);
    const bool on_jack = !point.text("host_api").empty() && has_part("jack", point.text("host_api"));
    RecordedOnJack recorded(on_jack && watches(point), "forerun");
    const auto& state = engine.state();

    CellRecorder recorder(engine, probes);
    Watching watching(recorder, watches(point));
    const auto first = state.clock().frame() + state.header().depth_frames / 2;
    for (std::uint32_t n = 0; n < setup.voices(); ++n)
        while (!producer.try_send(held_note(n, first))) std::this_thread::yield();
    wait_until(monotonic_nanoseconds() + static_cast<std::int64_t>(1e9 * setup.plan.warmup_seconds));

    Sentinel sentinel(setup.device.scheduling().priority);
    CellCounts counts(engine, setup.device, probes);
    const auto began = monotonic_nanoseconds();
    const auto began_frame = state.clock().frame();
    watching.measure_from(began_frame, began);
    if (compares_sound)
        callback.recording.begin(
            static_cast<std::int64_t>((setup.plan.seconds + recorded_behind_seconds) * setup.configuration.rate_hz));
    recorded.begin(setup.plan.seconds);
    const auto events = setup.events();
    FaultPlayer faults(scene, engine, setup.plan.seconds);
    faults.follow_time(began);
    const auto sent = send_events(events, began, [&](const Event& event) { return producer.try_send(event); });
    const auto end = began + static_cast<std::int64_t>(1e9 * setup.plan.seconds);
    wait_until(end);
    counts.finish();
    const auto end_frame = state.clock().frame();
    watching.measure_to(end_frame, end);
    faults.stop();
    sentinel.stop();
    // What is still on its way belongs to the events that were sent.
    wait_until(monotonic_nanoseconds() + 100'000'000);
    counts.read_answers();
    recorded.put(record.cell);
    watching.finish();
    setup.device.stop();
    engine.stop();
    watching.require_complete();
    faults.require_played();
    sentinel.require_complete();
    recorder.finish(monotonic_nanoseconds(), record);
    if (compares_sound)
        record.cell["evidence"] =
            evidence_of(engine, callback.recording, began_frame, end_frame, record.gaps, folder->path());
    add_missed_deadlines(callback.watch, setup, began, record);

    counts.put(record, recorder.counts());
    record.cell["counts"]["events_planned"] = events.size();
    record.cell["counts"]["events_sent"] = sent;
    for (const auto& [kind, times] : faults.played()) record.cell["faults"][name_of(kind)] = times;
    record.add_pauses(sentinel, began);
    add_scripts(record.cell["provenance"], engine.script_files());
    record.cell["provenance"]["memory_locked"] = is_locked(state.header().size_bytes);
}

}  // namespace forerun::measure
