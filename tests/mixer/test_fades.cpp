// Stops, ends and late starts: nothing in the mixer's output ever clicks. Underruns and late switches have files of their own.
#include "tests/scenes/catch.h"
#include "tests/scenes/fades.h"

using namespace forerun;
using namespace forerun::test;

TEST_CASE("A stop fades over what the ring holds, from its frame on") {
    const std::int64_t block = GENERATE(1, 64, 333);
    const std::int64_t stop = GENERATE(0, 300, 64 * 9, 999);
    const Signal signal = sine(700, 0.5);
    MixerStage stage;
    FakeVoice voice(stage.state, 0, 4, 0, 2, signal);
    stage.send(stage.start(0, 4, 0));
    voice.write_until(4000);
    voice.publish();
    const std::int64_t said = block * 2;  // a stop whose frame has passed begins now
    stage.play(said, block);
    stage.stop(0, 4, stop);
    stage.stop(0, 4, stop + 200);  // a later one changes nothing
    stage.stop(0, 3, 0);           // nor does one for another generation
    stage.play(2000, block);
    const std::int64_t from = std::max(stop, said);
    for (std::int64_t f = 0; f < from; ++f) REQUIRE(stage.at(f, 1) == signal(1, f));
    for (std::int64_t f = from; f < from + stop_fade_frames; ++f)
        REQUIRE(stage.at(f, 1) == Approx(signal(1, f) * fade_out(f - from, stop_fade_frames)).margin(1e-6));
    for (std::int64_t f = from + stop_fade_frames; f < stage.mixer.frame(); ++f) REQUIRE(stage.at(f, 1) == 0.0f);
    const auto reports = stage.take_reports();
    REQUIRE(reports.size() == 1);
    CHECK(reports[0].kind == MixerReportKind::finished);
    CHECK(reports[0].frame == from + stop_fade_frames);
    CHECK(voice.mixer_line().released_generation_plus_one.load() == 5);
}

TEST_CASE("A voice that is stopped before it sounds is released when the stop's frame comes") {
    const bool published = GENERATE(true, false);
    MixerStage stage;
    FakeVoice voice(stage.state, 0, 4, 500, 1, constant(1));
    stage.send(stage.start(0, 4, 500));
    if (published) {
        voice.write(1000);
        voice.publish();
    }
    stage.stop(0, 4, 400);
    stage.play(384, 64);
    CHECK(voice.mixer_line().released_generation_plus_one.load() == 0);
    stage.play(64, 64);
    CHECK(voice.mixer_line().released_generation_plus_one.load() == 5);
    stage.play(500, 64);
    CHECK(std::all_of(stage.heard.begin(), stage.heard.end(), [](float x) { return x == 0.0f; }));
    CHECK(stage.statistics().underrun_events.load() == 0);
}

TEST_CASE("A late start fades in from where the mixer is") {
    const std::int64_t block = GENERATE(1, 64, 333);
    const Signal signal = sine(600, 0.5);
    MixerStage stage;
    be_busy(stage, Activity::starting_voice, 5);
    stage.send(stage.start(1, 0, 100));
    FakeVoice voice(stage.state, 1, 0, 100, 1, signal);
    stage.play(999, block);
    be_busy(stage, Activity::rendering, 6);
    voice.write_until(3000);
    voice.publish();
    stage.play(999, block);
    for (std::int64_t f = 0; f < 999; ++f) REQUIRE(stage.at(f) == 0.0f);
    for (std::int64_t i = 0; i < 64; ++i)
        REQUIRE(stage.at(999 + i) == Approx(signal(0, 899 + i) * (1 - fade_out(i, 64))).margin(1e-6));
    REQUIRE(stage.at(999 + 64) == signal(0, 899 + 64));
    const auto reports = stage.take_reports();
    REQUIRE(reports.size() == 1);
    CHECK(reports[0].underrun.late_start);
    CHECK(reports[0].underrun.frame == 100);
    CHECK(reports[0].underrun.frames_missing == 899);
    CHECK(reports[0].underrun.activity == Activity::starting_voice);  // when it was missed first, not when it came
    CHECK(stage.statistics().late_starts.load() == 1);
    CHECK(stage.statistics().underrun_events.load() == 0);
}

TEST_CASE("An event that is in time is heard in time while a late voice still fades in") {
    const Signal before = constant(0.5f), after = constant(-0.5f);
    MixerStage stage;
    stage.send(stage.start(1, 0, 0));
    FakeVoice voice(stage.state, 1, 0, 0, 1, before);
    stage.play(32, 32);
    voice.write_until(1000);
    voice.publish();
    stage.play(32, 32);  // takes it late: fades in from 32 to 96, and has acknowledged it
    REQUIRE(voice.mixer_line().acknowledged_seam() == 0);
    voice.begin_timeline(70, 70, after);
    voice.write_until(1000);
    REQUIRE(voice.publish());
    stage.play(64, 32);
    CHECK(stage.at(69) > 0);
    for (std::int64_t f = 70; f < 96; ++f) CHECK(stage.at(f) == Approx(-0.5 * (1 - fade_out(f - 32, 64))).margin(1e-6));
    CHECK(stage.at(96) == -0.5f);
    CHECK(stage.statistics().late_switches.load() == 0);
}

TEST_CASE("The end of a voice decays and gives the slot back") {
    const std::int64_t block = GENERATE(1, 64, 333);
    const std::int64_t end = GENERATE(640, 641, 703, 999);
    const bool reported_later = GENERATE(true, false);
    const Signal signal = sine(350, 0.5);
    MixerStage stage;
    FakeVoice voice(stage.state, 0, 11, 0, 2, signal);
    stage.send(stage.start(0, 11, 0));
    voice.write(end, !reported_later);
    voice.publish();
    if (reported_later) {
        stage.play(end / block * block, block);
        voice.end();
    }
    stage.play(2000 / block * block - stage.mixer.frame(), block);
    for (std::int64_t f = 0; f < end; ++f) REQUIRE(stage.at(f, 1) == signal(1, f));
    for (std::int64_t i = 0; i < 64; ++i)
        REQUIRE(stage.at(end + i, 1) == Approx(signal(1, end - 1) * fade_out(i, 64)).margin(1e-6));
    for (std::int64_t f = end + 64; f < stage.mixer.frame(); ++f) REQUIRE(stage.at(f, 1) == 0.0f);
    const auto reports = stage.take_reports();
    REQUIRE(reports.size() == 1);
    CHECK(reports[0].kind == MixerReportKind::finished);
    CHECK(reports[0].frame == end + 64);
    CHECK(reports[0].generation == 11);
    CHECK(stage.statistics().underrun_events.load() == 0);
    CHECK(voice.mixer_line().released_generation_plus_one.load() == 12);
    CHECK(voice.mixer_line().acknowledged_seam() == -1);
}
