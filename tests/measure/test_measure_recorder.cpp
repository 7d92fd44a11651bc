// ctest: timeout=120
// What is put into a worker is what the recorder of a cell finds: how often, how long, why. Time passes when the test says so.
#include <algorithm>

#include "tests/scenes/recorded_scene.h"

using namespace forerun;
using namespace forerun::measure;

TEST_CASE("where nothing is put in, nothing is found") {
    const ScriptFolder folder;
    Scene scene(folder.write("voice.lua", ScriptFolder::voice(constant_sample)));
    REQUIRE(scene.hold());
    scene.measure();
    for (int i = 0; i < 2000; ++i) REQUIRE(scene.patient_block());
    const auto record = scene.finished();
    INFO(text_of(record.gaps));
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
    Scene scene(folder.write("voice.lua", ScriptFolder::voice(constant_sample)), "stall 1000 ms every 0.5 s");
    REQUIRE(scene.hold());
    scene.measure();
    const auto not_run_us = [](const Gap& gap) {
        return gap.micros[static_cast<std::size_t>(Cause::not_scheduled)] +
               gap.micros[static_cast<std::size_t>(Cause::woken_late)];
    };
    for (const int blocks : {10, 40}) {
        // A gap is short beside the stall: all of it is that.
        const auto is_it = [&](const Gap& gap) {
            return gap.frames >= 64 * blocks && not_run_us(gap) > 0.9 * sum_us(gap) &&
                   (gap.cause == Cause::not_scheduled || gap.cause == Cause::woken_late);
        };
        CHECK(scene.does_until_found(is_it, [&] { return scene.run_dry_in(FaultKind::stall, blocks); }));
    }
    const auto record = scene.finished();
    INFO(text_of(record.gaps));
    const auto& mixer = scene.state().header().mixer;
    CHECK(scene.injected(FaultKind::stall) == static_cast<std::uint64_t>(scene.clock_seconds() / 0.5));
    CHECK(record.gaps.size() == mixer.underrun_events.load());
    std::int64_t frames = 0;
    for (const auto& gap : record.gaps) {
        frames += gap.frames;
        CHECK(gap.voice == 1);
        CHECK(sum_us(gap) == Approx(1e6 * static_cast<double>(gap.frames) / 48000).margin(0.01));
    }
    REQUIRE(record.gaps.size() >= 2);
    CHECK(static_cast<std::uint64_t>(frames) == mixer.underrun_frames.load());
    REQUIRE_FALSE(record.pictures.empty());
    CHECK(record.pictures[0].fill.size() > 2);
    CHECK(record.pictures[0].did.size() >= 1);
}

TEST_CASE("a worker that makes and collects garbage is found as that") {
    const ScriptFolder folder;
    auto configuration = live_configuration();
    configuration.script_memory_bytes = 1u << 30;
    configuration.watchdog_milliseconds = 5000;
    Scene scene(folder.write("voice.lua", ScriptFolder::voice(constant_sample)), "garbage 100 MiB every 0.5 s",
                configuration);
    REQUIRE(scene.hold());
    scene.measure();
    CHECK(scene.does_until_found([](const Gap& g) { return g.cause == Cause::collecting; },
                                 [&] { return scene.run_dry_in(FaultKind::garbage, 10); }));
    const auto record = scene.finished();
    INFO(text_of(record.gaps));
    CHECK(scene.injected(FaultKind::garbage) == static_cast<std::uint64_t>(scene.clock_seconds() / 0.5));
}

TEST_CASE("a script that hangs is named as what kept the others waiting") {
    const ScriptFolder folder;
    folder.write("good.lua", ScriptFolder::voice(constant_sample));
    folder.write("hangs.lua",
                 ScriptFolder::voice("while self.pressure > 0.7 and self.pressure < 0.8 do end return 0.1"));
    auto configuration = live_configuration();
    configuration.watchdog_milliseconds = 2500;
    Scene scene(folder.write("rig.lua",
                             "return { instruments = { { voice = 'good', channel = 1 }, "
                             "{ voice = 'hangs', channel = 2 } } }"),
                "none", configuration);
    REQUIRE((scene.hold(0) && scene.hold(1)));
    scene.measure();
    scene.live.send(EventKind::channel_pressure, 0, 0.75, 1, scene.live.clock() + 600);
    // No other call lasts so long: a quantum takes microseconds.
    REQUIRE(scene.until([&] {
        return scene.activity().serial == 2 &&
               monotonic_nanoseconds() - scene.worker().activity_since_nanoseconds.load() > 500'000'000;
    }));
    REQUIRE(scene.run_dry(0, 10));
    const auto record = scene.finished();
    INFO(text_of(record.gaps));
    CHECK(scene.recorder.counts().errors == 1);
    CHECK_THAT(scene.recorder.counts().first_error, Catch::Contains("hangs.lua"));
    const auto of_good =
        std::find_if(record.gaps.begin(), record.gaps.end(), [](const Gap& g) { return g.voice == 1; });
    REQUIRE(of_good != record.gaps.end());
    CHECK((of_good->cause == Cause::rewinding || of_good->cause == Cause::rendering));
    CHECK(of_good->cause_voice == 2);
}

TEST_CASE("an open underrun is reported with its length so far") {
    const ScriptFolder folder;
    Scene scene(folder.write("voice.lua", ScriptFolder::voice(constant_sample)), "stall 2000 ms every 0.5 s");
    REQUIRE(scene.hold());
    scene.measure();
    REQUIRE(scene.play_until([&] { return scene.injected(FaultKind::stall) == 1; }));
    // A second note, which its worker does not begin.
    const auto due = scene.live.clock() + 64;
    scene.live.send(EventKind::note_on, 72, 1, 0, due);
    REQUIRE(scene.until([&] { return scene.live.engine.voices_sounding() == 2; }));
    while (scene.live.fill(0) > 0) scene.block();
    const auto from = scene.live.clock();
    for (int i = 0; i < 30; ++i) scene.block();
    const auto end = scene.live.clock();
    scene.recorder.measure_to(end, monotonic_nanoseconds());
    for (int i = 0; i < 10; ++i) scene.block();
    // Else it was not the stall that was heard, and there is nothing to be told.
    REQUIRE(scene.state().header().mixer.underrun_frames.load() == 0);
    const auto record = scene.finished();
    INFO(text_of(record.gaps));
    REQUIRE(record.gaps.size() == 2);
    const auto& [dry, late] = std::pair(record.gaps[0], record.gaps[1]);
    CHECK(dry.voice == 1);
    CHECK(dry.frames == end - from);
    CHECK_FALSE(dry.late_start);
    CHECK((dry.cause == Cause::not_scheduled || dry.cause == Cause::woken_late));
    CHECK(late.voice == 2);
    CHECK(late.late_start);
    CHECK(late.frames == end - due);
    CHECK(sum_us(late) == Approx(1e6 * static_cast<double>(late.frames) / 48000).margin(0.01));
    // Nothing is left in it for who asks again.
    CHECK(scene.state().header().mixer.underrun_frames.load() == static_cast<std::uint64_t>(end - from + 640));
}
