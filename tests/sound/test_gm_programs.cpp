// ctest: timeout=180
// What the 128 programs of the General MIDI rig sound like, key 60 each: at the pitch that is written, each its own, and
// the ones that are to be bright bright, the more the harder they are played.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "tests/scenes/catch.h"
#include "tests/scenes/gm_score.h"
#include "tests/scenes/spectrum.h"

using namespace forerun;

namespace {

constexpr double kProgramSlotSeconds = 1.3, kProgramHeldSeconds = 1.1, kOnset = 0.02, kKeyHz = 261.6256;
constexpr int kKey = 60, kPrograms = 128;
constexpr int kLastPitched = 111;  // what follows is struck or noise

struct Played {
    std::vector<float> samples;
    double rate_hz = 0;

    std::size_t first_of(std::size_t slot, double seconds = 0) const {
        return static_cast<std::size_t>((kProgramSlotSeconds * static_cast<double>(slot) + kOnset + seconds) * rate_hz);
    }
    // From the stroke on.
    Spectrum first_second(std::size_t slot) const {
        return spectrum_of(samples, first_of(slot), static_cast<std::size_t>(rate_hz), rate_hz);
    }
};

// One after another: program and velocity.
Played play(const std::vector<std::pair<int, int>>& notes) {
    auto configuration = offline_configuration();
    configuration.channels = 2;
    Engine engine(configuration);
    engine.load_rig(source_file("scripts/rigs/gm.lua"));
    Score score;
    double at = 0;
    for (const auto& [program, velocity] : notes) {
        score.program_alone(at, kProgramHeldSeconds, program, kKey, velocity);
        at += kProgramSlotSeconds;
    }
    Played result{render(engine, score.file(at), at), engine.configuration().rate_hz};
    engine.stop();
    return result;
}

// Level in dB, not below -50, in thirds of an octave (rows of 28) at five moments of the note, 0 the strongest of all.
std::vector<double> picture_of(const Played& played, std::size_t slot) {
    constexpr int bands = 28;
    constexpr double lowest_hz = 31.25, floor_db = -50;
    std::vector<double> picture;
    for (const double moment : {0.0, 0.1, 0.25, 0.5, 0.9}) {
        const auto spectrum = spectrum_of(played.samples, played.first_of(slot, moment), 4096, played.rate_hz);
        for (int i = 0; i < bands; ++i)
            picture.push_back(spectrum.between(lowest_hz * std::exp2(i / 3.0), lowest_hz * std::exp2((i + 1) / 3.0)));
    }
    const double most = *std::max_element(picture.begin(), picture.end());
    REQUIRE(most > 0);
    for (double& level : picture) level = std::max(10 * std::log10(level / most + 1e-9), floor_db);
    return picture;
}

}  // namespace

TEST_CASE("every program of the General MIDI rig sounds at its key, and like no other") {
    std::vector<std::pair<int, int>> notes;
    for (int program = 0; program < kPrograms; ++program) notes.emplace_back(program, 100);
    const Played played = play(notes);

    // The partial an octave below the key is never the strongest, nor close to it.
    for (std::size_t program = 0; program <= kLastPitched; ++program) {
        const auto spectrum = played.first_second(program);
        const double below = spectrum.strongest(0.48 * kKeyHz, 0.52 * kKeyHz);
        const double most = spectrum.strongest(40, 16000);
        CAPTURE(program, 10 * std::log10(below / most));
        CHECK(below < 0.5 * most);
    }

    // The mean difference of two pictures: 0 for what is the same.
    constexpr double least_difference_db = 0.8;
    std::vector<std::vector<double>> pictures;
    for (std::size_t program = 0; program < kPrograms; ++program) pictures.push_back(picture_of(played, program));
    for (std::size_t a = 0; a < kPrograms; ++a) {
        for (std::size_t b = a + 1; b < kPrograms; ++b) {
            double difference = 0;
            for (std::size_t i = 0; i < pictures[a].size(); ++i)
                difference += std::abs(pictures[a][i] - pictures[b][i]);
            difference /= static_cast<double>(pictures[a].size());
            CAPTURE(a, b, difference);
            CHECK(difference >= least_difference_db);
        }
    }
}

TEST_CASE("guitars with an amplifier, brass and the sitar are bright, and darker when played softly") {
    // Program, and its spectral centroid at velocity 100 in a sampled set (FluidR3, without reverb and chorus).
    const std::vector<std::pair<int, double>> sampled_hz = {
        {29, 2507}, {30, 2319}, {56, 1459}, {61, 1403}, {104, 2013}};
    std::vector<std::pair<int, int>> notes;
    for (const auto& [program, hz] : sampled_hz)
        for (const int velocity : {40, 70, 100}) notes.emplace_back(program, velocity);
    const Played played = play(notes);
    for (std::size_t i = 0; i < sampled_hz.size(); ++i) {
        const auto hz_of = [&](std::size_t which) { return played.first_second(3 * i + which).centroid_hz(20, 16000); };
        const double soft = hz_of(0), middle = hz_of(1), hard = hz_of(2);
        CAPTURE(sampled_hz[i].first, soft, middle, hard, sampled_hz[i].second);
        CHECK(hard >= 0.7 * sampled_hz[i].second);
        CHECK(hard <= 1.3 * sampled_hz[i].second);
        CHECK(soft < 0.95 * middle);
        CHECK(middle < 0.97 * hard);
    }
}
