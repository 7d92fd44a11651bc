// What the mixer tells, and whom: generations, reports, readiness, meters, the clock.
#include <algorithm>
#include <cmath>

#include "tests/scenes/catch.h"
#include "tests/scenes/mixer_stage.h"

using namespace forerun;
using namespace forerun::test;

TEST_CASE("Nothing of an old generation is ever played") {
    MixerStage stage;
    FakeVoice old(stage.state, 0, 4, 0, 1, constant(0.9f));
    old.write(2000);
    old.publish();  // its note was given up before the mixer heard of it
    stage.send(stage.start(0, 5, 64));
    stage.play(320, 64);
    CHECK(std::all_of(stage.heard.begin(), stage.heard.end(), [](float x) { return x == 0.0f; }));
    CHECK(old.word().state == WordState::published);
    FakeVoice fresh(stage.state, 0, 5, 320, 1, constant(0.25f));
    fresh.write(3000);
    REQUIRE(fresh.publish());
    stage.play(640, 64);
    CHECK(stage.at(319) == 0.0f);
    for (std::int64_t f = 320; f < 960; ++f) REQUIRE(stage.at(f) == 0.25f);
    stage.stop(0, 4, 0);
    stage.gain(MixerCommandKind::voice_gains, 0, 0, 0, 0, 4);
    stage.play(640, 64);
    CHECK(stage.at(stage.mixer.frame() - 1) == 0.25f);
}

TEST_CASE("A full report queue loses records, and says how many") {
    Configuration c = small_configuration();
    c.reports = 4;
    MixerStage stage(c);
    std::vector<FakeVoice> voices;
    for (std::uint32_t v = 0; v < 6; ++v) {
        stage.send(stage.start(v, 0, 0, false));
        voices.emplace_back(stage.state, v, std::uint16_t{0}, 0, 1, constant(0.1f));
        voices.back().write(100);
        voices.back().publish();
    }
    stage.play(640, 64);
    CHECK(stage.statistics().underrun_events.load() == 6);
    // Each voice reports an underrun and its end: the queue holds those of two.
    CHECK(stage.statistics().reports_lost.load() == 4);
    CHECK(stage.take_reports().size() == 4);
    for (const auto& voice : voices) CHECK(voice.mixer_line().released_generation_plus_one.load() == 1);
}

TEST_CASE("Readiness asks for what the next block needs, and for nothing else") {
    MixerStage stage;
    CHECK(stage.mixer.ready_until(1000));
    stage.send(stage.start(0, 1, 100));
    CHECK(stage.mixer.ready_until(100));
    CHECK_FALSE(stage.mixer.ready_until(101));  // due, not published
    FakeVoice voice(stage.state, 0, 1, 100, 1, constant(0.5f));
    voice.write(50);
    CHECK_FALSE(stage.mixer.ready_until(101));
    voice.publish();
    CHECK(stage.mixer.ready_until(150));
    CHECK_FALSE(stage.mixer.ready_until(151));
    stage.play(140, 70);
    CHECK(stage.mixer.ready_until(150));
    CHECK_FALSE(stage.mixer.ready_until(151));

    SECTION("behind an end nothing is needed") {
        voice.write(10, true);
        CHECK(stage.mixer.ready_until(10000));
    }
    SECTION("nor behind a stop's fade") {
        stage.stop(0, 1, 150);
        CHECK_FALSE(stage.mixer.ready_until(10000));
        voice.write_until(150 + stop_fade_frames);
        CHECK(stage.mixer.ready_until(10000));
    }
    SECTION("a stopped voice that never sounded needs nothing") {
        voice.write_until(2000);
        stage.send(stage.start(1, 1, 300));
        CHECK_FALSE(stage.mixer.ready_until(400));
        stage.stop(1, 1, 300);
        CHECK(stage.mixer.ready_until(400));
    }
    SECTION("a timeline that is published takes over at its seam") {
        voice.write_until(200);
        voice.begin_timeline(128, 128, constant(0.1f));  // engine frame 228
        voice.write(72);                                 // up to 300
        voice.publish();
        CHECK(stage.mixer.ready_until(200));
        CHECK_FALSE(stage.mixer.ready_until(250));  // the old one does not reach the seam
    }
    const auto before = stage.statistics().underrun_events.load();
    CHECK(before == 0);
}

TEST_CASE("Meters, heartbeat and clock tell what was played") {
    MixerStage stage;
    FakeVoice voice(stage.state, 0, 1, 0, 1, sine(480, 0.5));
    MixerCommand start = stage.start(0, 1, 0);
    start.right = 0.5f;
    stage.send(start);
    voice.write(8000);
    voice.publish();
    stage.play(6000, 64);
    const Meter& bus = stage.state.meter(0);
    const Meter& master = stage.state.meter(stage.state.header().buses);
    CHECK(bus.peak[0].load() == Approx(0.5f).epsilon(0.01));
    CHECK(bus.peak[1].load() == Approx(0.25f).epsilon(0.01));
    CHECK(bus.rms[0].load() == Approx(0.5f / std::sqrt(2.0f)).epsilon(0.01));
    CHECK(master.peak[1].load() == Approx(0.25f).epsilon(0.01));
    CHECK(master.rms[1].load() == Approx(0.25f / std::sqrt(2.0f)).epsilon(0.01));
    CHECK(stage.state.clock().frame() == 6000);
    CHECK(stage.state.clock().read().frame == 6000 / 64 * 64);
    CHECK(stage.state.header().heartbeat.load() == 94);
    CHECK(stage.statistics().callbacks.load() == 94);
    CHECK(stage.statistics().callback_nanoseconds.count() == 94);
    CHECK(stage.statistics().interval_nanoseconds.count() == 93);
}
