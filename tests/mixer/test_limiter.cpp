// The limiter: transparent below its threshold, bounded above it, and nothing but numbers behind it.
#include <cfloat>
#include <cmath>
#include <cstring>
#include <limits>
#include <vector>

#include "rt-engine/mixer/limiter.h"
#include "tests/scenes/catch.h"
#include "tests/scenes/mixer_stage.h"

using namespace forerun;
using namespace forerun::test;

namespace {

constexpr float nan_value = std::numeric_limits<float>::quiet_NaN();
constexpr float infinite = std::numeric_limits<float>::infinity();

std::vector<float> noise(std::size_t samples, float amplitude) {
    std::vector<float> x(samples);
    std::uint32_t random = 7;
    for (float& value : x) {
        random = random * 1664525u + 1013904223u;
        value = amplitude * (static_cast<float>(random >> 8) / 8388608.0f - 1.0f);
    }
    return x;
}

}  // namespace

TEST_CASE("The limiter changes no bit below its threshold") {
    Limiter limiter(48000);
    auto x = noise(3 * 4096, Limiter::threshold);
    x[5] = Limiter::threshold;
    x[4096] = -Limiter::threshold;
    x[77] = -0.0f;
    const auto before = x;
    const auto outcome = limiter.process(x.data(), 3, 4096, 4096);
    CHECK(std::memcmp(x.data(), before.data(), x.size() * sizeof(float)) == 0);
    CHECK(outcome.limited_frames == 0);
    CHECK(outcome.non_finite_samples == 0);
}

TEST_CASE("The limiter bounds everything above, all channels alike") {
    Limiter limiter(48000);
    const float amplitude = GENERATE(0.97f, 1.5f, 30.0f, 1e30f, FLT_MAX);
    auto x = noise(2 * 4096, amplitude);
    const auto before = x;
    const auto outcome = limiter.process(x.data(), 2, 4096, 4096);
    for (std::size_t f = 0; f < 4096; ++f) {
        REQUIRE(std::abs(x[f]) <= Limiter::threshold);
        REQUIRE(std::abs(x[f + 4096]) <= Limiter::threshold);
        // Linked: both channels by the same factor.
        if (std::abs(before[f]) > 1e-3f * amplitude && std::abs(before[f + 4096]) > 1e-3f * amplitude)
            REQUIRE(x[f] / before[f] == Approx(x[f + 4096] / before[f + 4096]));
    }
    CHECK(outcome.limited_frames > 0);
}

TEST_CASE("The limiter attacks at once, recovers in 100 ms, and is transparent again") {
    Limiter limiter(48000);
    std::vector<float> x(48000 * 3, 0.5f);
    x[100] = 2 * Limiter::threshold;
    limiter.process(x.data(), 1, static_cast<std::int64_t>(x.size()), static_cast<std::int64_t>(x.size()));
    CHECK(x[99] == 0.5f);
    CHECK(x[100] == Approx(Limiter::threshold));
    CHECK(1 - x[100 + 4800] / 0.5f == Approx(0.5 * std::exp(-1.0)).epsilon(0.01));
    CHECK(x[100 + 48000 * 2] == 0.5f);
    CHECK(limiter.gain() == 1.0f);
}

TEST_CASE("The limiter does the same in any blocks") {
    const std::size_t block = GENERATE(1u, 13u, 64u, 333u);
    auto whole = noise(4000, 1.3f), pieces = whole;
    std::fill(whole.begin() + 2000, whole.end(), 0.25f);
    pieces = whole;
    Limiter one(48000), many(48000);
    one.process(whole.data(), 1, 4000, 4000);
    for (std::size_t f = 0; f < 4000; f += block)
        many.process(pieces.data() + f, 1, 4000, static_cast<std::int64_t>(std::min(block, 4000 - f)));
    CHECK(std::memcmp(whole.data(), pieces.data(), whole.size() * sizeof(float)) == 0);
}

TEST_CASE("NaN and infinity become silence and are counted") {
    Limiter limiter(48000);
    std::vector<float> x(200, 0.25f);
    x[3] = nan_value;
    x[64] = infinite;
    x[199] = -infinite;
    x[100] = -nan_value;
    const auto outcome = limiter.process(x.data(), 2, 100, 100);
    CHECK(outcome.non_finite_samples == 4);
    CHECK(outcome.limited_frames == 0);
    for (std::size_t i = 0; i < x.size(); ++i)
        REQUIRE(x[i] == ((i == 3 || i == 64 || i == 199 || i == 100) ? 0.0f : 0.25f));
}

TEST_CASE("What a mad voice does, the mixer's output survives") {
    MixerStage stage;
    FakeVoice mad(stage.state, 0, 0, 0, 1, [](std::uint32_t, std::int64_t f) {
        return f == 10 ? nan_value : f == 20 ? infinite : f < 100 ? 1e6f : 1e-41f;  // the last is a denormal
    });
    stage.send(stage.start(0, 0, 0));
    mad.write(5000);
    mad.publish();
    stage.play(4096, 64);
    CHECK(stage.statistics().non_finite_samples.load() == 4);
    CHECK(stage.statistics().limited_frames.load() >= 98);
    for (const float x : stage.heard) {
        REQUIRE(std::abs(x) <= Limiter::threshold);
        REQUIRE((x == 0.0f || std::abs(x) >= FLT_MIN));
    }
}
