// Gains of voices, buses and the whole: on the grid, in order, and to the outputs that buses play on.
#include <algorithm>

#include "tests/scenes/catch.h"
#include "tests/scenes/mixer_stage.h"

using namespace forerun;
using namespace forerun::test;

TEST_CASE("Gains move on the grid of the engine's clock, over one cell, and the last one wins") {
    const std::int64_t block = GENERATE(1, 50, 64, 4096);
    const auto kind =
        GENERATE(MixerCommandKind::voice_gains, MixerCommandKind::bus_gain, MixerCommandKind::master_gain);
    MixerStage stage;
    FakeVoice voice(stage.state, 0, 1, 0, 1, constant(0.5f));
    stage.send(stage.start(0, 1, 0));
    voice.write(4096);
    voice.publish();
    stage.gain(kind, 65, 0.25f, 0.25f, 0, 1);     // grid point 128, with the next one
    stage.gain(kind, 128, 0.5f, 0.5f, 0, 1);      // wins, though it comes later in the cell
    stage.gain(kind, 100, 0.125f, 0.125f, 0, 1);  // is earlier
    stage.gain(kind, 192, 1.0f, 1.0f, 0, 1);      // the cell right behind
    stage.gain(kind, 500, 0.0f, 0.0f, 0, 1);
    stage.play(1024, block);
    for (std::int64_t f = 0; f < 1024; ++f) {
        float expected = 1;
        if (f >= 128 && f < 192) expected = 1.0f - 0.5f * static_cast<float>(f - 127) / 64;
        if (f >= 192 && f < 256) expected = 0.5f + 0.5f * static_cast<float>(f - 191) / 64;
        if (f >= 512) expected = std::max(0.0f, 1.0f - static_cast<float>(f - 511) / 64);
        REQUIRE(stage.at(f) == 0.5f * expected);
    }
    // A command whose grid point has passed takes the next one.
    stage.play(10, 10);
    stage.gain(kind, 0, 1.0f, 1.0f, 0, 1);
    stage.play(200, 50);
    CHECK(stage.at(1087) == 0.0f);
    CHECK(stage.at(1088) == 0.5f / 64);
    CHECK(stage.at(1151) == 0.5f);
}

TEST_CASE("Buses go to their outputs") {
    Configuration c = small_configuration();
    c.channels = GENERATE(1u, 2u, 4u, 8u);
    Rig rig;
    rig.buses = {{"a", 0, 0}, {"b", 0, 2}, {"c", 0, 7}};
    MixerStage stage(c, rig);
    std::vector<FakeVoice> voices;
    for (std::uint16_t b = 0; b < 3; ++b) {
        MixerCommand start = stage.start(b, 0, 0);
        start.bus = b;
        start.left = 0.5f;
        start.right = 0.25f;
        stage.send(start);
        voices.emplace_back(stage.state, b, std::uint16_t{0}, 0, 1, constant(0.125f * static_cast<float>(1 << b)));
        voices.back().write(1000);
        voices.back().publish();
    }
    stage.play(10, 10);
    std::vector<float> expected(c.channels);
    const std::uint32_t outputs[] = {0, 2, 7};
    for (std::uint32_t b = 0; b < 3; ++b) {
        const float level = 0.125f * static_cast<float>(1u << b);
        if (c.channels == 1) {
            expected[0] += 0.5f * (0.5f * level + 0.25f * level);
        } else {
            expected[outputs[b] % c.channels] += 0.5f * level;
            expected[(outputs[b] + 1) % c.channels] += 0.25f * level;
        }
    }
    for (std::uint32_t ch = 0; ch < c.channels; ++ch) CHECK(stage.at(5, ch) == expected[ch]);
}

TEST_CASE("When too many gains wait, commands wait in their queue, in order") {
    Configuration c = small_configuration();
    c.mixer_commands = 8;
    MixerStage stage(c);
    FakeVoice voice(stage.state, 0, 1, 0, 1, constant(0.5f));
    stage.send(stage.start(0, 1, 0));
    voice.write(4000);
    voice.publish();
    stage.play(64, 64);
    for (int i = 0; i < 8; ++i) stage.gain(MixerCommandKind::master_gain, 640, static_cast<float>(i) / 8);
    stage.play(64, 64);  // all eight wait inside now
    for (int i = 0; i < 7; ++i) stage.gain(MixerCommandKind::master_gain, 128, 0.0f);
    stage.stop(0, 1, 128);
    CHECK_THROWS(stage.stop(0, 1, 0));  // and the queue is full as well
    stage.play(512, 64);
    CHECK(stage.at(639) == 0.5f);  // nothing overtook
    stage.play(64, 64);
    CHECK(stage.at(703) == 0.5f * 7 / 8);
    stage.play(64, 64);  // room again: gain and stop take effect, late
    CHECK(stage.at(767) < 0.2f);
    stage.play(256, 64);
    CHECK(stage.at(stage.mixer.frame() - 1) == 0.0f);
    CHECK(voice.mixer_line().released_generation_plus_one.load() == 2);
}
