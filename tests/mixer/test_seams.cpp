// Seams: exact on time, a crossfade when they come late, and one after the other.
#include "tests/scenes/catch.h"
#include "tests/scenes/fades.h"

using namespace forerun;
using namespace forerun::test;

TEST_CASE("A seam on time is exact") {
    const std::int64_t block = GENERATE(1, 64, 333);
    const std::int64_t seam = GENERATE(1024, 1025, 1343);
    const Signal before = sine(400, 0.5), after = sine(900, 0.5);
    MixerStage stage;
    FakeVoice voice(stage.state, 0, 0, 7, 2, before);
    stage.send(stage.start(0, 0, 7));
    voice.write_until(3000);
    voice.publish();
    stage.play((8 / block + 1) * block, block);
    voice.begin_timeline(seam, 960,
                         [&](std::uint32_t c, std::int64_t f) { return f < seam ? before(c, f) : after(c, f); });
    voice.write_until(3000);
    REQUIRE(voice.publish());
    const std::int64_t seam_block = (seam + 7) / block * block;
    stage.play(seam_block - stage.mixer.frame(), block);
    CHECK(voice.word().state == WordState::published);  // never taken before its block
    stage.play(block, block);
    CHECK(voice.word().state == WordState::taken);
    // The old ring was read in that block unless the seam is the block's first frame.
    CHECK(voice.mixer_line().acknowledged_seam() == (seam + 7 == seam_block ? seam : 0));
    stage.play(block, block);
    CHECK(voice.mixer_line().acknowledged_seam() == seam);
    stage.play(2000 / block * block - block, block);
    for (std::int64_t f = 7; f < stage.mixer.frame() && f < 2900; ++f)
        REQUIRE(stage.at(f, 1) == (f - 7 < seam ? before : after)(1, f - 7));
}

TEST_CASE("A seam that comes late is a crossfade from where the mixer is") {
    const std::int64_t block = GENERATE(1, 16, 64, 333);
    const bool old_runs_out = GENERATE(true, false);
    const Signal before = sine(400, 0.5), after = sine(410, 0.5);
    MixerStage stage;
    FakeVoice voice(stage.state, 0, 0, 0, 1, before);
    stage.send(stage.start(0, 0, 0));
    voice.write_until(old_runs_out ? 1010 : 3000);
    voice.publish();
    stage.play(999, block);
    voice.begin_timeline(640, 640, after);
    voice.write_until(3000);
    REQUIRE(voice.publish());
    stage.play(block, block);
    CHECK(voice.mixer_line().acknowledged_seam() == 0);
    stage.play(block * (64 / block + 1), block);
    CHECK(voice.mixer_line().acknowledged_seam() == 640);
    stage.play(666, block);
    for (std::int64_t f = 999; f < 999 + 64; ++f) {
        const double w = fade_out(f - 999, 64);
        const double old = before(0, old_runs_out ? std::min<std::int64_t>(f, 1009) : f);
        REQUIRE(stage.at(f) == Approx(old * w + static_cast<double>(after(0, f)) * (1 - w)).margin(1e-6));
    }
    for (std::int64_t f = 999 + 64; f < stage.mixer.frame(); ++f) REQUIRE(stage.at(f) == after(0, f));
    CHECK(stage.statistics().underrun_events.load() == 0);
}

TEST_CASE("While a crossfade lasts, nothing is taken; while it is untaken, a word may be replaced") {
    MixerStage stage;
    FakeVoice voice(stage.state, 0, 0, 0, 1, constant(0.1f));
    stage.send(stage.start(0, 0, 0));
    voice.write_until(3000);
    voice.publish();
    stage.play(320, 32);
    voice.begin_timeline(256, 256, constant(0.2f));
    voice.write_until(3000);
    voice.publish();
    stage.play(32, 32);
    REQUIRE(voice.word().state == WordState::taken);
    voice.begin_timeline(300, 300, constant(0.3f));  // over the old ring: allowed here, for nobody hears the difference
    voice.write_until(3000);
    voice.publish();
    stage.play(32, 32);
    CHECK(voice.word().state == WordState::published);
    stage.play(32, 32);
    CHECK(voice.word().state == WordState::taken);
    stage.play(640, 32);
    CHECK(stage.at(stage.mixer.frame() - 1) == 0.3f);
}

TEST_CASE("A timeline with nothing behind the clock is left alone until there is something") {
    MixerStage stage;
    FakeVoice voice(stage.state, 0, 0, 100, 1, constant(0.5f));
    stage.send(stage.start(0, 0, 100));
    voice.publish();
    stage.play(640, 64);
    CHECK(voice.word().state == WordState::published);
    CHECK(stage.statistics().underrun_events.load() == 0);
    voice.write_until(1500);
    stage.play(640, 64);
    CHECK(voice.word().state == WordState::taken);
    CHECK(stage.statistics().late_starts.load() == 1);
}
