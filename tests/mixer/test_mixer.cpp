// The mixer as a whole: sums in the order of serials, and the same bits whatever the blocks.
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
