// ctest: timeout=120
// Changes of a sound are found by comparing it with the intended one, and nothing else is.
#include <cmath>

#include "shared/time/quantum.h"
#include "tests/scenes/catch.h"
#include "tools/measure/sound/sound_evidence.h"

using namespace forerun;
using namespace forerun::measure;

namespace {

constexpr std::int64_t length_frames = 20000;
constexpr std::uint32_t two_channels = 2;

// A sine of 440 Hz in both channels; its largest step is 0.0288 at half of full scale.
std::vector<float> sine_sound() {
    std::vector<float> sound;
    for (std::int64_t i = 0; i < length_frames; ++i) {
        const auto x = static_cast<float>(0.5 * std::sin(2 * M_PI * 440 * static_cast<double>(i) / 48000 + 0.3));
        sound.insert(sound.end(), {x, x});
    }
    return sound;
}

float& left(std::vector<float>& sound, std::int64_t frame) { return sound[static_cast<std::size_t>(frame * 2)]; }
void weigh(std::vector<float>& sound, std::int64_t frame, double weight) {
    for (std::uint32_t c = 0; c < two_channels; ++c)
        sound[static_cast<std::size_t>(frame * two_channels + c)] *= static_cast<float>(weight);
}
double fade_out(std::int64_t i) {
    return 0.5 * (1 + std::cos(M_PI * static_cast<double>(i + 1) / static_cast<double>(fade_frames)));
}
// As the mixer does it: out over the last frames that are there, in behind the gap.
void put_gap(std::vector<float>& sound, const CountedGap& gap) {
    for (std::int64_t i = 0; i < gap.fade_out_frames; ++i)
        weigh(sound, gap.frame - gap.fade_out_frames + i, fade_out(i));
    for (std::int64_t i = 0; i < gap.frames; ++i) weigh(sound, gap.frame + i, 0);
    for (std::int64_t i = 0; i < fade_frames; ++i) weigh(sound, gap.frame + gap.frames + i, 1 - fade_out(i));
}

const CountedGap a_gap{.frame = 5000, .frames = 900, .fade_out_frames = 64};

}  // namespace

TEST_CASE("an intended sound has no differences") {
    const auto intended = sine_sound();
    const auto e = sound_evidence(intended, intended, two_channels, {}, {});
    CHECK(e.frames == length_frames);
    CHECK(e.stretches.empty());
    CHECK(e.differing_frames == 0);
    CHECK(e.unexplained_frames == 0);
    CHECK(e.largest_step == 0);
    CHECK(e.usual_step == Approx(0.0288).epsilon(0.01));
}

TEST_CASE("a counted gap is heard with its fades, as long as it was counted") {
    const auto intended = sine_sound();
    auto heard = intended;
    put_gap(heard, a_gap);
    const auto e = sound_evidence(heard, intended, two_channels, {a_gap}, {});
    REQUIRE(e.stretches.size() == 1);
    CHECK(e.stretches[0].from == 5000 - 64);
    CHECK(e.stretches[0].to == 5900 + 63);
    CHECK(e.stretches[0].of_gap);
    CHECK_FALSE(e.stretches[0].of_late_switch);
    CHECK(e.unexplained_frames == 0);
    CHECK(e.incidents == 1);
    CHECK(e.incidents_heard == 1);
    CHECK(e.length_errors == std::vector<std::int64_t>{0});
    CHECK(e.splice_error == 0);
    CHECK(e.largest_step < 1.5 * e.usual_step);
    const auto j = json_of(e);
    CHECK(j.at("stretches_of_gaps") == 1);
    CHECK(j.at("stretches_of_neither") == 0);
    CHECK(j.at("length_error_frames_max") == 0);
}

TEST_CASE("a gap whose audible length differs from the counted one is reported") {
    const auto intended = sine_sound();
    auto heard = intended;
    put_gap(heard, a_gap);
    auto counted = a_gap;
    counted.frames = 800;
    const auto longer = sound_evidence(heard, intended, two_channels, {counted}, {});
    CHECK(longer.unexplained_frames == 100);
    CHECK(longer.first_unexplained_frame == 5863);
    CHECK(longer.splice_error > 0.4);
    counted.frames = 1000;
    const auto shorter = sound_evidence(heard, intended, two_channels, {counted}, {});
    CHECK(shorter.unexplained_frames == 0);
    CHECK(shorter.length_errors == std::vector<std::int64_t>{-100});
}

TEST_CASE("gaps that overlap are one incident; one that changes no sample is not in the sound") {
    const auto intended = sine_sound();
    auto heard = intended;
    put_gap(heard, a_gap);
    const CountedGap within{.frame = 5300, .frames = 200}, masked{.frame = 9000, .frames = 500};
    const auto e = sound_evidence(heard, intended, two_channels, {masked, a_gap, within}, {});
    CHECK(e.incidents == 2);
    CHECK(e.incidents_heard == 1);
    CHECK(e.length_errors.size() == 1);
    CHECK(e.unexplained_frames == 0);
}

TEST_CASE("after a gap in which the voice ended there is no fade-in") {
    const auto intended = sine_sound();
    auto heard = intended;
    for (std::int64_t i = 5000; i < 5064; ++i) weigh(heard, i, 0.5);
    const CountedGap last{.frame = 5000, .frames = 64, .comes_back = false};
    const auto e = sound_evidence(heard, intended, two_channels, {last}, {});
    CHECK(e.length_errors == std::vector<std::int64_t>{0});
    CHECK(e.unexplained_frames == 0);
}

TEST_CASE("an uncounted click is unexplained, and its step is found") {
    const auto intended = sine_sound();
    auto heard = intended;
    left(heard, 12000) += 0.3f;
    const auto e = sound_evidence(heard, intended, two_channels, {a_gap}, {{11000, 11900}});
    REQUIRE(e.stretches.size() == 1);
    CHECK_FALSE(e.stretches[0].of_gap);
    CHECK_FALSE(e.stretches[0].of_late_switch);
    CHECK(e.unexplained_frames == 1);
    CHECK(e.first_unexplained_frame == 12000);
    CHECK(e.largest_step > 0.25);
    CHECK(e.splice_error == 0);  // it is too far from what was explained
    CHECK(e.incidents_heard == 0);
}

TEST_CASE("a click in one channel right after a gap is a splice error") {
    const auto intended = sine_sound();
    auto heard = intended;
    put_gap(heard, a_gap);
    left(heard, 5970) += 0.1f;
    const auto e = sound_evidence(heard, intended, two_channels, {a_gap}, {});
    CHECK(e.stretches.size() == 1);
    CHECK(e.unexplained_frames == 1);
    CHECK(e.splice_error == Approx(0.1).epsilon(1e-4));
}

TEST_CASE("a late switch explains the frames from its event to the end of its crossfade") {
    const auto intended = sine_sound();
    auto heard = intended;
    for (std::int64_t i = 8000; i < 8300; ++i) weigh(heard, i, 0.5);
    for (std::int64_t i = 0; i < fade_frames; ++i) weigh(heard, 8300 + i, 0.5 * fade_out(i) + 1 - fade_out(i));
    const auto e = sound_evidence(heard, intended, two_channels, {}, {{8000, 8300 + fade_frames}});
    REQUIRE(e.stretches.size() == 1);
    CHECK(e.stretches[0].of_late_switch);
    CHECK(e.unexplained_frames == 0);
    CHECK(e.splice_error == 0);
    CHECK(json_of(e).at("stretches_of_late_switches") == 1);
    const auto too_late = sound_evidence(heard, intended, two_channels, {}, {{8100, 8300 + fade_frames}});
    CHECK(too_late.unexplained_frames == 100);
}

TEST_CASE("a gap beyond the measurement explains differences, and is not an incident") {
    const auto intended = sine_sound();
    auto heard = intended;
    for (std::int64_t i = 19000; i < length_frames; ++i) weigh(heard, i, 0);
    const auto e = sound_evidence(heard, intended, two_channels, {}, {}, {{19000, INT64_MAX}});
    CHECK(e.unexplained_frames == 0);
    CHECK(e.incidents == 0);
    CHECK(e.stretches.size() == 1);
}

TEST_CASE("a NaN sample differs, and does not cause an endless search") {
    const auto intended = sine_sound();
    auto heard = intended;
    left(heard, 700) = std::nanf("");
    const auto e = sound_evidence(heard, intended, two_channels, {}, {});
    CHECK(e.unexplained_frames == 1);
}
