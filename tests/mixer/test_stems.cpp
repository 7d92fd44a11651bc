// Stems: what the mixer puts into their ring, that the output does not know of it, and the ring at its edges.
#include <algorithm>
#include <cstring>
#include <map>
#include <memory>
#include <thread>

#include "rt-engine/mixer/stem_ring.h"
#include "tests/scenes/catch.h"
#include "tests/scenes/mixer_stage.h"
#include "tools/recording/stem_name.h"

using namespace forerun;
using namespace forerun::test;

namespace {

constexpr std::uint32_t instruments = 3;
constexpr std::int64_t length = 5000;
constexpr int all = -1;

bool same_samples(const std::vector<float>& a, const std::vector<float>& b) {
    return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0;
}

struct Heard {
    std::vector<float> output;
    std::map<std::uint32_t, std::vector<float>> stems;  // interleaved, from frame 0
};

void put(std::vector<float>& stem, const StemRing::Packet& p) {
    stem.resize(static_cast<std::size_t>(2 * (p.frame + p.frames)));
    for (std::int64_t i = 0; i < p.frames; ++i) {
        stem[static_cast<std::size_t>(2 * (p.frame + i))] = p.left[i];
        stem[static_cast<std::size_t>(2 * (p.frame + i) + 1)] = p.right[i];
    }
}

// Voices of three instruments in one another's order, with stops, an end, ramps of their gains, and a ring that runs dry.
// With `only`, the voices of one instrument alone, on one bus, which changes nothing.
Heard play(std::int64_t block, bool with_stems, int only = all) {
    Rig rig;
    rig.buses = {{"main", only == all ? -3.0 : 0.0, 0}, {"second", only == all ? 1.5 : 0.0, 0}};
    rig.master_gain_db = only == all ? -1 : 0;
    auto ring = std::make_unique<StemRing>(instruments, 1u << 18);
    MixerStage stage(small_configuration(), rig);
    if (with_stems) stage.mixer.send_stems_to(*ring);

    std::vector<FakeVoice> voices;
    for (std::uint32_t v = 0; v < 10; ++v) {
        const std::int64_t start = 600 * (v % instruments) + 41 * v;
        auto command = stage.start(v, 7, start);
        command.instrument = static_cast<std::uint16_t>(v % instruments);
        command.bus = only == all ? v % 2 : 0;
        command.left = 0.02f + 0.01f * static_cast<float>(v);
        command.right = 0.11f - 0.01f * static_cast<float>(v);
        command.stays = v != 5;
        if (only != all && command.instrument != only) continue;
        stage.send(command);
        voices.emplace_back(stage.state, v, std::uint16_t{7}, start, 1 + v % 2, sine(200 + 111 * v, 0.5));
        if (v == 5)
            voices.back().write(900);  // then there is an underrun
        else if (v == 7)
            voices.back().write(1234, true);
        else
            voices.back().write_until(length);
        voices.back().publish();
        for (std::uint16_t i = 0; i < 20; ++i)
            stage.gain(MixerCommandKind::voice_gains, 171 * i + 13 * v, 0.01f * (i % 9), 0.007f * (i % 13),
                       static_cast<std::uint16_t>(v), 7);
        if (v == 3 || v == 8) stage.stop(v, 7, 2000 + 111 * v);
    }
    Heard heard;
    while (stage.mixer.frame() < length) {
        stage.play(std::min(block, length - stage.mixer.frame()), block);
        const auto mixed_to = ring->read([&](const StemRing::Packet& p) { put(heard.stems[p.instrument], p); });
        if (with_stems) CHECK(mixed_to == stage.mixer.frame());
    }
    for (auto& [instrument, stem] : heard.stems) {
        stem.resize(static_cast<std::size_t>(2 * length));
        CHECK(ring->dropped_frames(instrument) == 0);
    }
    CHECK(stage.statistics().limited_frames.load() == 0);
    heard.output = stage.heard;
    return heard;
}

}  // namespace

TEST_CASE("the output has the same bits with stems and without") {
    for (const std::int64_t block : {64, 100, 1000})
        CHECK(same_samples(play(block, true).output, play(block, false).output));
}

TEST_CASE("a stem is what its instrument's voices alone put on their bus, bit by bit") {
    const std::int64_t block = GENERATE(64, 137);  // where an underrun is faded over depends on blocks
    const auto heard = play(block, true);
    REQUIRE(heard.stems.size() == instruments);
    for (const auto& [instrument, stem] : heard.stems) {
        CAPTURE(instrument);
        const auto alone = play(block, false, static_cast<int>(instrument)).output;
        CHECK(*std::max_element(alone.begin(), alone.end()) > 0.01f);
        CHECK(same_samples(stem, alone));
    }
}

TEST_CASE("a full ring leaves blocks out and counts them; what comes later keeps its frame") {
    constexpr std::int64_t block = 60;
    StemRing ring(2, 1024);  // eight packets of 4 + 120 samples
    const auto write = [&](std::int64_t frame, std::uint16_t instrument) {
        ring.begin_block(frame, block);
        const auto at = ring.block_of(instrument);
        if (at.left != nullptr) {
            CHECK(std::all_of(at.left, at.left + 2 * block, [](float x) { return x == 0; }));
            CHECK(at.right == at.left + block);
            CHECK(ring.block_of(instrument).left == at.left);
            std::fill_n(at.left, 2 * block, static_cast<float>(frame + 1));
        }
        ring.end_block();
        return at.left != nullptr;
    };
    const auto read = [&] {
        std::vector<std::int64_t> frames;
        ring.read([&](const StemRing::Packet& p) {
            CHECK(p.frames == block);
            CHECK(p.left[0] == static_cast<float>(p.frame + 1));
            CHECK(p.right[block - 1] == static_cast<float>(p.frame + 1));
            frames.push_back(p.frame);
        });
        return frames;
    };
    std::int64_t frame = 0;
    for (; frame < 8 * block; frame += block) CHECK(write(frame, 0));
    CHECK_FALSE(write(frame, 0));
    CHECK_FALSE(write(frame + block, 1));
    CHECK(ring.dropped_frames(0) == block);
    CHECK(ring.dropped_frames(1) == block);
    CHECK(read() == std::vector<std::int64_t>{0, 60, 120, 180, 240, 300, 360, 420});
    // Across the ring's end many times, and never more than is read.
    for (int i = 0; i < 100; ++i) {
        frame += 2 * block;
        CHECK(write(frame, 1));
        CHECK(write(frame + block, 0));
        CHECK(read() == std::vector<std::int64_t>{frame, frame + block});
    }
    CHECK(read().empty());
    CHECK(ring.block_of(2).left == nullptr);  // there is no such instrument
}

TEST_CASE("stems go from thread to thread whole and in order") {
    constexpr std::uint16_t count = 5;
    constexpr std::int64_t blocks = 20000;
    StemRing ring(count, 4096);
    std::thread mixer([&] {
        std::int64_t frame = 0;
        for (std::int64_t b = 0; b < blocks; ++b) {
            const std::int64_t frames = 1 + b % 97;
            ring.begin_block(frame, frames);
            for (std::uint16_t i = 0; i < count; ++i) {
                if ((b + i) % 3 == 0) continue;
                if (const auto at = ring.block_of(i); at.left != nullptr)
                    for (std::int64_t f = 0; f < frames; ++f) {
                        at.left[f] += static_cast<float>((frame + f) % 1000 + i);
                        at.right[f] -= static_cast<float>((frame + f) % 1000 + i);
                    }
            }
            ring.end_block();
            frame += frames;
        }
    });
    std::vector<std::int64_t> next(count);
    std::int64_t wrong = 0, mixed_to = 0, got = 0, total = 0;
    for (std::int64_t b = 0; b < blocks; ++b) total += 1 + b % 97;
    while (mixed_to < total)
        mixed_to = ring.read([&](const StemRing::Packet& p) {
            wrong += p.frame < next[p.instrument] ? 1 : 0;
            next[p.instrument] = p.frame + p.frames;
            for (std::int64_t f = 0; f < p.frames; ++f) {
                const auto x = static_cast<float>((p.frame + f) % 1000 + p.instrument);
                wrong += p.left[f] == x && p.right[f] == -x ? 0 : 1;
            }
            got += p.frames;
        });
    mixer.join();
    CHECK(wrong == 0);
    std::int64_t dropped = 0, sent = 0;
    for (std::uint16_t i = 0; i < count; ++i) {
        dropped += static_cast<std::int64_t>(ring.dropped_frames(i));
        for (std::int64_t b = 0; b < blocks; ++b) sent += (b + i) % 3 == 0 ? 0 : 1 + b % 97;
    }
    CHECK(got + dropped == sent);
    CHECK(got > 0);
}

TEST_CASE("names of stems are safe, in the rig's order, and different") {
    CHECK(stem_name(0, 5, "lead", "wav") == "01-lead.wav");
    CHECK(stem_name(9, 104, "Grand Piano (bright)", "flac") == "010-Grand-Piano-bright.flac");
    CHECK(stem_name(1, 5, "../../etc/passwd", "wav") == "02-etc-passwd.wav");
    CHECK(stem_name(2, 5, "a\nb\x1b[31m\xff", "wav") == "03-a-b-31m.wav");
    CHECK(stem_name(3, 5, "", "wav") == "04.wav");
    CHECK(stem_name(4, 5, std::string(300, 'x'), "wav") == "05-" + std::string(64, 'x') + ".wav");
}
