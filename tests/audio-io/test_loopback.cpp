// The signal of a loopback measurement: what was done to it is what is found.
#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include "tests/scenes/catch.h"
#include "tools/report/loopback_figures.h"
#include "tools/report/loopback_signal.h"

using namespace forerun;

namespace {

constexpr std::int64_t frames = 240000, room = 48000;

// A recording of all bursts, each through the ways that are added.
struct Recording {
    Recording() : starts(burst_starts(frames, room, 7)), samples(frames) {}

    // Between the frames by a windowed sinc, which leaves what lies below a third of the rate as it is.
    Recording& way(double delay, double gain = 1, std::int64_t left_out = -1) {
        const auto burst = loopback_burst();
        const auto whole = static_cast<std::int64_t>(std::floor(delay));
        const double part = delay - static_cast<double>(whole);
        constexpr int reach = 24;
        std::vector<double> delayed(burst.size() + 2 * reach);
        for (std::size_t n = 0; n < delayed.size(); ++n)
            for (std::size_t k = 0; k < burst.size(); ++k) {
                const double x = static_cast<double>(n) - reach - part - static_cast<double>(k);
                if (std::abs(x) >= reach) continue;
                const double sinc = std::abs(x) < 1e-12 ? 1 : std::sin(M_PI * x) / (M_PI * x);
                delayed[n] += burst[k] * sinc * 0.5 * (1 + std::cos(M_PI * x / reach));
            }
        for (std::int64_t s = 0; s < std::ssize(starts); ++s) {
            if (s == left_out) continue;
            for (std::size_t n = 0; n < delayed.size(); ++n) {
                const auto at = starts[s] + whole + static_cast<std::int64_t>(n) - reach;
                if (at >= 0 && at < frames) samples[at] += static_cast<float>(gain * delayed[n]);
            }
        }
        return *this;
    }
    Recording& noise(double decibels) {
        double energy = 0;
        const auto burst = loopback_burst();
        for (const double s : burst) energy += s * s;
        const double size = std::sqrt(energy / burst_frames) * std::pow(10, decibels / 20);
        std::mt19937 random(3);
        std::normal_distribution<double> draw(0, size);
        for (auto& s : samples) s += static_cast<float>(draw(random));
        return *this;
    }
    std::vector<std::optional<FoundBurst>> found() const { return find_bursts(samples, starts, room); }

    std::vector<std::int64_t> starts;
    std::vector<float> samples;
};

void check_all(const Recording& recording, double latency, double gain, double within) {
    const auto found = recording.found();
    REQUIRE(found.size() >= 8);
    for (const auto& burst : found) {
        REQUIRE(burst);
        CHECK(burst->latency_frames == Approx(latency).margin(within));
        CHECK(burst->gain == Approx(gain).epsilon(0.02));
    }
}

}  // namespace

TEST_CASE("bursts lie apart by more than any of them is long, at irregular distances, and leave room at the end") {
    const auto starts = burst_starts(frames, room, 7);
    std::vector<std::int64_t> apart;
    for (std::size_t i = 1; i < starts.size(); ++i) apart.push_back(starts[i] - starts[i - 1]);
    REQUIRE(apart.size() > 5);
    CHECK(*std::min_element(apart.begin(), apart.end()) >= 12000);
    std::sort(apart.begin(), apart.end());
    CHECK(std::adjacent_find(apart.begin(), apart.end()) == apart.end());
    CHECK(starts.back() + burst_frames + room <= frames);
    CHECK(burst_starts(frames, room, 7) == starts);
}

TEST_CASE(
    "a delay is found to a hundredth of a frame: none, one frame, a part of one, longer than the bursts lie apart") {
    const double delay = GENERATE(0.0, 1.0, 127.5, 517.3, 30000.75);
    CAPTURE(delay);
    check_all(Recording().way(delay), delay, 1, 0.01);
}

TEST_CASE("noise 20 dB below the burst changes little, and a burst that is softer than the noise is found, too") {
    check_all(Recording().way(517.3).noise(-20), 517.3, 1, 0.05);
    const auto found = Recording().way(517.3).noise(6).found();
    for (const auto& burst : found) {
        REQUIRE(burst);
        CHECK(burst->latency_frames == Approx(517.3).margin(1));
    }
}

TEST_CASE("what comes back upside down and softly is found so") {
    const Recording recording = Recording().way(517.3, -0.003);
    check_all(recording, 517.3, -0.003, 0.01);
    const auto figures = loopback_figures(recording.found());
    CHECK(figures.upside_down);
    CHECK(figures.gain_decibels == Approx(-50.46).margin(0.1));
}

TEST_CASE("a missing burst is reported, and the others are found") {
    const double noise_db = GENERATE(-300.0, -20.0);
    const auto found = Recording().way(517.3, 1, 2).noise(noise_db).found();
    CHECK(std::count_if(found.begin(), found.end(), [](const auto& b) { return !b; }) == 1);
    CHECK_FALSE(found[2]);
    const auto figures = loopback_figures(found);
    CHECK(figures.bursts == std::ssize(found));
    CHECK(figures.found == figures.bursts - 1);
}

TEST_CASE("of several ways back the first counts, even where a later one is louder") {
    check_all(Recording().way(300.25).way(900, 0.8).way(2300, 0.5), 300.25, 1, 0.05);
    check_all(Recording().way(300.25, 0.7).way(340, 1.0), 300.25, 0.7, 0.2);
}

TEST_CASE("nothing is found in silence, in noise, or in another sound") {
    Recording silence, noise, hum;
    noise.noise(0);
    for (std::size_t n = 0; n < hum.samples.size(); ++n)
        hum.samples[n] = static_cast<float>(0.5 * std::sin(0.0131 * static_cast<double>(n)));
    for (const auto* recording : {&silence, &noise, &hum})
        for (const auto& burst : recording->found()) CHECK_FALSE(burst);
}

TEST_CASE("figures: middle, ends, spread of those that were found") {
    const auto f = loopback_figures({FoundBurst{100, 0.5}, std::nullopt, FoundBurst{104, 0.5}, FoundBurst{102, 0.5}});
    CHECK(f.bursts == 4);
    CHECK(f.found == 3);
    CHECK(f.p50 == 102);
    CHECK(f.least == 100);
    CHECK(f.greatest == 104);
    CHECK(f.jitter() == 4);
    CHECK(f.mean == Approx(102));
    CHECK(f.standard_deviation == Approx(2));
    CHECK(f.gain_decibels == Approx(-6.0206).margin(0.001));
    CHECK_FALSE(f.upside_down);
    CHECK(loopback_figures({}).found == 0);
}
