// Dropouts in a recording: those that were put in are found with their place and length, and none in a sound without.
#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "tests/scenes/catch.h"
#include "tools/measure/sound/linear_prediction.h"
#include "tools/measure/sound/sound_gaps.h"

using namespace forerun::measure;

namespace {

constexpr std::int64_t period = 128, sound_frames = 1880 * period;
constexpr double sound_rate_hz = 48000;

// Two saws 3 thousandths apart per voice, each through four one-pole low-passes at 3 kHz: what held voices sound like.
std::vector<float> chord(int voices) {
    std::vector<float> sound(sound_frames);
    const double part = 1 - std::exp(-2 * M_PI * 3000 / sound_rate_hz);
    for (int v = 0; v < voices; ++v) {
        const double hz = 65.406 * std::exp2((v / 4) / 12.0);
        double first = 0.1 * v, second = 0.07 * v, poles[4] = {};
        for (auto& s : sound) {
            first = std::fmod(first + hz / sound_rate_hz, 1);
            second = std::fmod(second + 1.003 * hz / sound_rate_hz, 1);
            double x = 2 * first + 2 * second - 2;
            for (auto& pole : poles) x = pole += part * (x - pole);
            s += static_cast<float>(0.05 * x);
        }
    }
    return sound;
}

void silence(std::vector<float>& sound, std::int64_t frame, std::int64_t length) {
    std::fill_n(sound.begin() + frame, length, 0.0f);
}

using GapKind = SoundGap::Kind;

}  // namespace

TEST_CASE("a chord of beating saws has no dropout") {
    const int voices = GENERATE(1, 2, 16, 64);
    CAPTURE(voices);
    CHECK(sound_gaps(chord(voices), period).empty());
    CHECK(sound_gaps(chord(voices), 64).empty());
    CHECK(sound_gaps(chord(voices), 1024).empty());
}

TEST_CASE("silent stretches are found to the frame, whatever their place in the period") {
    auto sound = chord(16);
    silence(sound, 100 * period, period);
    silence(sound, 400 * period + 17, 8);
    silence(sound, 900 * period + 5, 5000);
    silence(sound, 1500 * period,
            7);  // shorter than what counts; and no step where it lies in a period's first samples
    auto found = sound_gaps(sound, period);
    std::erase_if(found, [](const SoundGap& g) { return g.kind == GapKind::step; });
    REQUIRE(found.size() == 3);
    CHECK(found[0] == SoundGap{GapKind::silent, 100 * period, period});
    CHECK(found[1] == SoundGap{GapKind::silent, 400 * period + 17, 8});
    CHECK(found[2] == SoundGap{GapKind::silent, 900 * period + 5, 5000});
}

TEST_CASE("lost cycles and repeated periods; adjacent findings are one gap") {
    auto sound = chord(16);
    std::fill_n(sound.begin() + 300 * period, 3 * period, std::numeric_limits<float>::quiet_NaN());
    silence(sound, 303 * period, 2 * period);
    for (int again = 1; again <= 2; ++again)
        std::copy_n(sound.begin() + 700 * period, period, sound.begin() + (700 + again) * period);
    const auto found = sound_gaps(sound, period);
    REQUIRE(found.size() >= 2);
    CHECK(found[0] == SoundGap{GapKind::lost, 300 * period, 5 * period});
    CHECK(found[1] == SoundGap{GapKind::repeated, 701 * period, 2 * period});
    // The repetition ends in a jump back.
    for (std::size_t i = 2; i < found.size(); ++i) CHECK(found[i] == SoundGap{GapKind::step, 703 * period, 1});
}

TEST_CASE("sound that was left out is a step at the edge of its period") {
    const int voices = GENERATE(4, 16, 64);
    CAPTURE(voices);
    auto sound = chord(voices);
    const auto whole = sound;
    std::vector<std::int64_t> edges;
    for (std::int64_t k = 0; k < 8; ++k) {
        const auto edge = (100 + 200 * k) * period;
        // Another place of the same sound, unless it is nearly the same there.
        if (std::abs(whole[edge + 2000 + 97 * k] - whole[edge]) < 0.2 * level_of(whole)) continue;
        for (auto n = edge; n < edge + 200 * period && n + 2000 + 97 * k < sound_frames; ++n)
            sound[n] = whole[n + 2000 + 97 * k];
        edges.push_back(edge);
    }
    REQUIRE(edges.size() >= 4);
    const auto found = sound_gaps(sound, period);
    for (const auto edge : edges) {
        CAPTURE(edge / period);
        CHECK(std::count(found.begin(), found.end(), SoundGap{GapKind::step, edge, 1}) == 1);
    }
    for (const auto& gap : found) CHECK(gap.kind == GapKind::step);
}

TEST_CASE("a recording of nothing is one long gap; one of no length is none") {
    const auto found = sound_gaps(std::vector<float>(sound_frames), period);
    REQUIRE(found.size() == 1);
    CHECK(found[0].frames == sound_frames);
    CHECK(sound_gaps({}, period).empty());
    CHECK(level_of({}) == 0);
    CHECK(level_of(std::vector<float>{0.5f, std::numeric_limits<float>::quiet_NaN(), -0.5f}) == Approx(0.5));
}

TEST_CASE("a sum of few sines is predicted, and noise is not") {
    std::vector<float> sines, noise;
    std::uint32_t state = 1;
    for (int n = 0; n < 20000; ++n) {
        sines.push_back(static_cast<float>(std::sin(0.031 * n) + 0.5 * std::sin(0.0473 * n)));
        state = state * 1664525 + 1013904223;
        noise.push_back(static_cast<float>(state >> 8) / 8388608.0f - 1);
    }
    const LinearPrediction of_sines(sines), of_noise(noise);
    double sine = 0, hiss = 0;
    for (int n = 1000; n < 20000; ++n) {
        sine = std::max(sine, std::abs(of_sines.residual(sines, n)));
        hiss = std::max(hiss, std::abs(of_noise.residual(noise, n)));
    }
    CHECK(sine < 0.01);
    CHECK(hiss > 0.8);
}
