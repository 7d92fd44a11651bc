// ctest: timeout=120
// What is put into a worker is what the recorder of a cell finds: how often, how long, why. Time passes when the test says so.
#include "tests/catch.h"
#include "tests/live_engine.h"
#include "tests/script_folder.h"
#include "tools/measure/cell_recorder.h"

using namespace forerun;
using namespace forerun::measure;

namespace {

Configuration recorded() {
    auto configuration = live_configuration();
    configuration.traced_spans = 1u << 16;
    return configuration;
}

// A voice that is held, watched by a recorder, whose worker may stop answering.
struct Scene {
    explicit Scene(const std::filesystem::path& script, const Configuration& configuration = recorded())
        : live(script, configuration), recorder(live.engine) {}

    void block() {
        live.engine.process(out.data(), 64);
        recorder.look(monotonic_nanoseconds());
    }
    bool filled(std::uint32_t slot, std::int64_t frames, int tries = 50'000) {
        for (int i = 0; i < tries; ++i) {
            recorder.look(monotonic_nanoseconds());
            if (live.fill(slot) > frames) return true;
            std::this_thread::sleep_for(std::chrono::microseconds(200));
        }
        return false;
    }
    // Plays on with a full ring until the worker does not answer, then until its ring is dry and so many blocks more, then
    // waits for it. False: it always answered.
    bool let_run_dry(std::uint32_t slot, int blocks_more) {
        for (int i = 0; i < 100'000; ++i) {
            block();
            if (filled(slot, 3000, 100)) continue;  // 20 ms
            while (live.fill(slot) > 0) block();
            for (int more = 0; more < blocks_more; ++more) block();
            const auto voice_is_back = [&] { return live.fill(slot) > 1000; };
            for (int tries = 0; tries < 50'000 && !voice_is_back(); ++tries)
                std::this_thread::sleep_for(std::chrono::microseconds(200));
            for (int more = 0; more < 20 && filled(slot, 1000); ++more) block();
            return true;
        }
        return false;
    }
    CellRecord finished() {
        // What the worker tells after its stretch.
        filled(0, INT64_MAX, 500);
        live.engine.stop();
        CellRecord record;
        recorder.finish(monotonic_nanoseconds(), record);
        return record;
    }

    LiveEngine live;
    CellRecorder recorder;
    std::vector<float> out = std::vector<float>(64 * 8);
};

const char* const constant = "return 0.1";

double sum_us(const Gap& gap) {
    double sum = 0;
    for (const double us : gap.micros) sum += us;
    return sum;
}

}  // namespace

TEST_CASE("where nothing is put in, nothing is found") {
    const ScriptFolder folder;
    Scene scene(folder.write("voice.lua", ScriptFolder::voice(constant)));
    scene.live.send(EventKind::note_on, 60, 1, 0, 64);
    REQUIRE(scene.filled(0, 3000));
    scene.recorder.measure_from(scene.live.clock(), monotonic_nanoseconds());
    for (int i = 0; i < 2000; ++i) {
        REQUIRE(scene.filled(0, 200));
        scene.block();
    }
    const auto record = scene.finished();
    CHECK(record.gaps.empty());
    CHECK(record.pictures.empty());
    CHECK(scene.recorder.counts().errors == 0);
    CHECK(scene.recorder.counts().spans_lost == 0);
    // 128000 frames: seconds 0, 1 and 2 of one voice.
    REQUIRE(record.windows.size() == 3);
    for (const auto& window : record.windows) {
        CHECK(window.voice == 1);
        CHECK(window.fill_min_frames > 0);
        CHECK(window.fill_min_frames <= window.fill_p1_frames);
        CHECK(static_cast<double>(window.fill_p1_frames) <= window.fill_mean_frames);
        CHECK(window.fill_mean_frames <= 4096);
    }
}

TEST_CASE("a worker that is not run is found as that, as often and as long as it was heard") {
    const ScriptFolder folder;
    auto configuration = recorded();
    configuration.injected(WorkerFault::stall) = {0.3, 0.5};
    Scene scene(folder.write("voice.lua", ScriptFolder::voice(constant)), configuration);
    scene.live.send(EventKind::note_on, 60, 1, 0, 64);
    REQUIRE(scene.filled(0, 3000));
    scene.recorder.measure_from(scene.live.clock(), monotonic_nanoseconds());
    for (const int blocks : {10, 40}) REQUIRE(scene.let_run_dry(0, blocks));
    const auto record = scene.finished();
    const auto& mixer = scene.live.engine.state().header().mixer;
    CHECK(record.gaps.size() == mixer.underrun_events.load());
    std::int64_t frames = 0;
    for (const auto& gap : record.gaps) {
        frames += gap.frames;
        CHECK(gap.voice == 1);
        CHECK((gap.cause == Cause::not_scheduled || gap.cause == Cause::woken_late));
        CHECK(sum_us(gap) == Approx(1e6 * static_cast<double>(gap.frames) / 48000).margin(0.01));
        // The gap is short beside the stall: all of it was that.
        CHECK(gap.micros[static_cast<std::size_t>(gap.cause)] > 0.9 * sum_us(gap));
    }
    REQUIRE(record.gaps.size() >= 2);
    CHECK(static_cast<std::uint64_t>(frames) == mixer.underrun_frames.load());
    CHECK(record.gaps[0].frames >= 10 * 64);
    CHECK(record.gaps.back().frames >= 40 * 64);
    REQUIRE_FALSE(record.pictures.empty());
    CHECK(record.pictures[0].fill.size() > 2);
    CHECK(record.pictures[0].did.size() >= 1);
}

TEST_CASE("a worker that makes and collects garbage is found as that") {
    const ScriptFolder folder;
    auto configuration = recorded();
    configuration.injected(WorkerFault::garbage) = {100.0 * (1u << 20), 0.5};
    configuration.script_memory_bytes = 1u << 30;
    configuration.watchdog_milliseconds = 5000;
    Scene scene(folder.write("voice.lua", ScriptFolder::voice(constant)), configuration);
    scene.live.send(EventKind::note_on, 60, 1, 0, 64);
    REQUIRE(scene.filled(0, 3000));
    scene.recorder.measure_from(scene.live.clock(), monotonic_nanoseconds());
    REQUIRE(scene.let_run_dry(0, 10));
    const auto record = scene.finished();
    REQUIRE_FALSE(record.gaps.empty());
    CHECK(scene.live.engine.state().worker(0).faults_injected[static_cast<int>(WorkerFault::garbage)].load() > 0);
    // The machine may pause just then; what is put in is found among the rest.
    CHECK(
        std::any_of(record.gaps.begin(), record.gaps.end(), [](const Gap& g) { return g.cause == Cause::collecting; }));
}

TEST_CASE("a script that hangs is named as what kept the others waiting") {
    const ScriptFolder folder;
    folder.write("good.lua", ScriptFolder::voice(constant));
    folder.write("hangs.lua",
                 ScriptFolder::voice("while self.pressure > 0.7 and self.pressure < 0.8 do end return 0.1"));
    auto configuration = recorded();
    configuration.watchdog_milliseconds = 300;
    Scene scene(folder.write("rig.lua",
                             "return { instruments = { { voice = 'good', channel = 1 }, "
                             "{ voice = 'hangs', channel = 2 } } }"),
                configuration);
    scene.live.send(EventKind::note_on, 60, 1, 0, 64);
    scene.live.send(EventKind::note_on, 60, 1, 1, 64);
    REQUIRE((scene.filled(0, 3000) && scene.filled(1, 3000)));
    scene.recorder.measure_from(scene.live.clock(), monotonic_nanoseconds());
    scene.live.send(EventKind::channel_pressure, 0, 0.75, 1, scene.live.clock() + 600);
    REQUIRE(scene.let_run_dry(0, 10));
    const auto record = scene.finished();
    CHECK(scene.recorder.counts().errors == 1);
    CHECK_THAT(scene.recorder.counts().first_error, Catch::Contains("hangs.lua"));
    const auto of_good =
        std::find_if(record.gaps.begin(), record.gaps.end(), [](const Gap& g) { return g.voice == 1; });
    REQUIRE(of_good != record.gaps.end());
    for (std::size_t c = 0; c < timed_causes; ++c)
        UNSCOPED_INFO(name_of(static_cast<Cause>(c)) << " " << of_good->micros[c] << " us");
    UNSCOPED_INFO(name_of(of_good->cause) << ", " << of_good->frames << " frames");
    CHECK((of_good->cause == Cause::rewinding || of_good->cause == Cause::rendering));
    CHECK(of_good->cause_voice == 2);
}
