// ctest: timeout=180
// The General MIDI rig is balanced: one note of every instrument at velocity 100, in the middle of its range, has the
// momentary loudness of the others (EBU R 128, measured by libebur128); drums stand below that as far as files count on.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "tests/scenes/catch.h"
#include "tests/scenes/gm_score.h"

using namespace forerun;

namespace {

constexpr double kSlotSeconds = 2.4, kHeldSeconds = 1.6;
constexpr int kVelocity = 100, kMiddleKey = 60, kBassKey = 36;
constexpr double kMostDifferenceLu = 4;  // +-2

// Momentary loudness of a drum key struck at velocity 100, from key 27 on, in LU above the median program: what a sampled
// set that General MIDI files are written on has (FluidR3, without reverb and chorus).
constexpr int kFirstDrum = 27;
constexpr double kDrumsLu[] = {-10.6, -1.3, -11.1, -10.0, -10.4, -16.8, -16.7, -1.4, -8.4, -8.4,  -8.3, -5.2,  -4.3,
                               -7.3,  -3.4, -14.3, -1.7,  -13.9, -6.3,  -12.9, -5.7, -5.8, -1.8,  -7.2, -10.9, -6.0,
                               -9.6,  -3.8, -7.3,  -9.0,  -2.6,  -0.8,  -11.7, -8.8, -7.5, -11.5, -6.3, -4.5,  -4.5,
                               -3.4,  -9.4, -9.3,  -5.6,  -8.5,  -2.4,  0.1,   -6.4, -7.5, -5.2,  -7.5, -7.1,  -0.8,
                               3.5,   -8.4, -4.7,  -7.4,  -3.2,  2.1,   -13.0, -4.6, -0.8};
constexpr double kDrumToleranceLu = 2;

// A note's key is the middle of what the instrument plays.
int middle_of(int program) { return program >= 32 && program <= 39 ? kBassKey : kMiddleKey; }

// 120 quarters a minute: a bar is 2 s.
void rock_beat(Score& score, double from, int bars) {
    for (int bar = 0; bar < bars; ++bar) {
        const double at = from + 2 * bar;
        for (int eighth = 0; eighth < 8; ++eighth)
            score.note(at + 0.25 * eighth, 0.1, 9, bar == 0 && eighth == 0 ? 49 : 42, eighth % 2 ? 80 : 100);
        for (const double kick : {0.0, 1.0, 1.25}) score.note(at + kick, 0.1, 9, 36, 105);
        for (const double snare : {0.5, 1.5}) score.note(at + snare, 0.1, 9, 38, 110);
    }
}

void melody(Score& score, double from, int bars) {
    constexpr int steps[] = {0, 2, 4, 7, 9, 7, 4, 2};
    score.put(from, 0xC0, 0);
    for (int eighth = 0; eighth < 8 * bars; ++eighth)
        score.note(from + 0.25 * eighth, 0.23, 0, kMiddleKey + steps[eighth % 8], kVelocity);
}

}  // namespace

TEST_CASE("every instrument of the General MIDI rig is as loud as the others") {
    auto configuration = offline_configuration();
    configuration.channels = 2;
    Engine engine(configuration);
    engine.load_rig(source_file("scripts/rigs/gm.lua"));
    const auto rate_hz = engine.configuration().rate_hz;

    struct Slot {
        std::string name;
        double from;
    };
    std::vector<Slot> slots;
    Score score;
    for (const auto& instrument : engine.rig().instruments) {
        if (!(instrument.channel_mask & 1)) continue;
        const double from = kSlotSeconds * static_cast<double>(slots.size());
        const int program = instrument.first_program;
        score.program_alone(from, kHeldSeconds, program, middle_of(program), kVelocity);
        slots.push_back({fmt::format("{} ({})", program, instrument.name), from});
    }
    CHECK(slots.size() == 128);
    const double notes_end = kSlotSeconds * static_cast<double>(slots.size());
    score.put(notes_end, 0xB0, 120);
    for (std::size_t i = 0; i < std::size(kDrumsLu); ++i) {
        const double from = notes_end + kSlotSeconds * static_cast<double>(i);
        score.put(from, 0xB9, 120);
        score.note(from + 0.02, 0.1, 9, kFirstDrum + static_cast<int>(i), kVelocity);
    }
    const double drums_end = notes_end + kSlotSeconds * static_cast<double>(std::size(kDrumsLu));
    score.put(drums_end, 0xB9, 120);
    constexpr int bars = 4;
    constexpr double piece_seconds = 2.0 * bars;
    melody(score, drums_end + 0.1, bars);
    rock_beat(score, drums_end + piece_seconds + 1.5, bars);
    const double end = drums_end + 2 * piece_seconds + 3;

    const auto samples = render(engine, score.file(end), end);
    const auto& header = engine.state().header();
    CHECK(header.conductor.notes_dropped == 0);
    CHECK(header.conductor.voices_stolen == 0);

    std::vector<std::pair<double, std::string>> loudness;
    for (const auto& slot : slots)
        loudness.emplace_back(loudness_of(samples, rate_hz, slot.from, kSlotSeconds).momentary, slot.name);
    std::sort(loudness.begin(), loudness.end());
    const auto& [softest, softest_name] = loudness.front();
    const auto& [loudest, loudest_name] = loudness.back();
    CAPTURE(softest, softest_name, loudest, loudest_name);
    CHECK(softest > -60);
    CHECK(loudest - softest <= kMostDifferenceLu);

    const double median = loudness[loudness.size() / 2].first;
    for (std::size_t i = 0; i < std::size(kDrumsLu); ++i) {
        const double from = notes_end + kSlotSeconds * static_cast<double>(i);
        const double level = loudness_of(samples, rate_hz, from, kSlotSeconds).momentary - median;
        CAPTURE(kFirstDrum + i, level, kDrumsLu[i]);
        CHECK(std::abs(level - kDrumsLu[i]) <= kDrumToleranceLu);
    }

    // The beat of kick, snare and closed hat lies under the tune, and is not lost under it.
    const double tune = loudness_of(samples, rate_hz, drums_end + 0.1, piece_seconds).integrated;
    const double beat = loudness_of(samples, rate_hz, drums_end + piece_seconds + 1.5, piece_seconds).integrated;
    CAPTURE(tune, beat);
    CHECK(tune - beat >= 2);
    CHECK(tune - beat <= 7);
    engine.stop();
}
