// The mixer as a whole: commands, sums, gains, outputs, and the same bits whatever the blocks.
#include <algorithm>
#include <cmath>
#include <cstring>

#include "tests/scenes/catch.h"
#include "tests/scenes/mixer_stage.h"

using namespace forerun;
using namespace forerun::test;

namespace {

bool same_bits(const std::vector<float>& a, const std::vector<float>& b) {
    return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0;
}

// A piece with everything in it that is not an underrun: starts at any frame, mono and stereo, several buses and outputs,
// stops, ends, a rewind's seam, gains of all three kinds, and enough level to make the limiter work.
std::vector<float> play_piece(std::int64_t block, std::uint32_t channels) {
    Configuration c = small_configuration();
    c.channels = channels;
    Rig rig;
    rig.buses = {{"main", -3, 0}, {"second", 1.5, 2}, {"third", 0, 5}};
    rig.master_gain_db = -1;
    MixerStage stage(c, rig);
    constexpr std::int64_t length = 6000;

    std::vector<FakeVoice> voices;
    for (std::uint32_t v = 0; v < 9; ++v) {
        const std::int64_t start = 37 * v * v;
        MixerCommand command = stage.start(v, 7, start);
        command.serial = 100 + (v * 5) % 9;  // arrives in another order than it is summed in
        command.bus = static_cast<std::uint16_t>(v % 3);
        command.left = 0.2f + 0.1f * static_cast<float>(v);
        command.right = 0.9f - 0.1f * static_cast<float>(v);
        stage.send(command);
        voices.emplace_back(stage.state, v, std::uint16_t{7}, start, 1 + v % 2, sine(200 + 111 * v, 1.5));
        voices.back().write_until(length);
        voices.back().publish();
    }
    stage.stop(1, 7, 1000);
    stage.stop(4, 7, 2111);
    stage.stop(8, 7, 37 * 64 + 100);  // fades while it is still in its first frames
    for (std::uint16_t i = 0; i < 40; ++i) {
        stage.gain(MixerCommandKind::voice_gains, 71 * i, 0.1f * (i % 9), 0.07f * (i % 13), i % 9, 7);
        stage.gain(MixerCommandKind::bus_gain, 45 * i, 0.3f + 0.05f * (i % 7), 0, i % 3);
        stage.gain(MixerCommandKind::master_gain, 133 * i, 0.6f + 0.3f * (i % 3));
    }

    FakeVoice ending(stage.state, 10, 3, 500, 2, sine(700, 0.5));
    stage.send(stage.start(10, 3, 500));
    ending.write(1234, true);
    ending.publish();

    bool rewound = false;
    while (stage.mixer.frame() < length) {
        // Published long before its seam, whatever the block: voice frames before 2345 are the same in both rings.
        if (stage.mixer.frame() >= 300 && !rewound) {
            rewound = true;
            voices[0].begin_timeline(2345, 2304, [](std::uint32_t, std::int64_t f) {
                return f < 2345 ? sine(200, 1.5)(0, f) : sine(555, 1.5)(0, f);
            });
            voices[0].write_until(length);
            voices[0].publish();
        }
        stage.play(std::min(block, length - stage.mixer.frame()), block);
    }
    CHECK(stage.statistics().underrun_events.load() == 0);
    CHECK(stage.statistics().late_starts.load() == 0);
    CHECK(stage.statistics().limited_frames.load() > 0);
    CHECK(voices[0].mixer_line().acknowledged_seam() == 2345);
    return stage.heard;
}

}  // namespace

TEST_CASE("A run gives the same bits in blocks of any size") {
    const auto channels = GENERATE(1u, 2u, 3u, 8u);
    const auto reference = play_piece(64, channels);
    double energy = 0;
    for (const float x : reference) energy += static_cast<double>(x) * static_cast<double>(x);
    CHECK(energy > 100);
    for (const std::int64_t block : {1, 7, 63, 65, 128, 333, 1024}) {
        INFO("block " << block << ", channels " << channels);
        CHECK(same_bits(play_piece(block, channels), reference));
    }
}

TEST_CASE("Voices are summed in the order of their serials, whatever their slots and whenever they came") {
    const auto play = [](std::uint32_t first_slot, std::uint32_t stride) {
        MixerStage stage;
        std::vector<FakeVoice> voices;
        for (std::uint32_t i = 0; i < 11; ++i) {
            const std::uint32_t slot = (first_slot + i * stride) % 11;
            const std::uint32_t note = (i * 4) % 11;
            MixerCommand start = stage.start(slot, 0, 0);
            start.serial = stride == 1 ? 1 + note : 1 + (i * stride * 3 + 5) % 11;
            stage.send(start);
            voices.emplace_back(stage.state, slot, std::uint16_t{0}, 0, 1,
                                sine(100.0 + 37.0 * static_cast<double>(start.serial), 0.08));
            voices.back().write(1000);
            voices.back().publish();
        }
        stage.play(1000, 64);
        return stage.heard;
    };
    const auto reference = play(0, 1);
    for (const std::uint32_t stride : {2u, 3u, 7u}) CHECK(same_bits(play(5, stride), reference));
}

TEST_CASE("A voice plays its samples from its start frame, bit by bit") {
    const std::uint32_t channels = GENERATE(1u, 2u);
    MixerStage stage;
    FakeVoice voice(stage.state, 3, 1, 10, channels, sine(440, 0.5));
    stage.send(stage.start(3, 1, 10));
    voice.write_until(8000);
    voice.publish();
    stage.play(7000, 333);
    for (std::int64_t f = 0; f < 7000; ++f)
        for (std::uint32_t c = 0; c < 2; ++c)
            REQUIRE(stage.at(f, c) == (f < 10 ? 0.0f : sine(440, 0.5)(std::min(c, channels - 1), f - 10)));
    CHECK(voice.mixer_line().acknowledged_seam() == 0);
}

TEST_CASE("The ring's end is no edge") {
    MixerStage stage;  // rings of 8192 frames
    REQUIRE(stage.state.header().ring_frames == 8192);
    FakeVoice voice(stage.state, 0, 1, 0, 2, sine(441, 0.5));
    stage.send(stage.start(0, 1, 0));
    voice.write(500);
    voice.publish();
    while (stage.mixer.frame() < 30000) {
        voice.write_until(stage.mixer.frame() + 500);
        stage.play(250, 250);
    }
    for (std::int64_t f = 0; f < 30000; ++f) REQUIRE(stage.at(f, 1) == sine(441, 0.5)(1, f));
}

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
