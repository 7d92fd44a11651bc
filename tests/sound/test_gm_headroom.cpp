// ctest: timeout=180
// The General MIDI rig leaves room: a whole piece stays below -1 dBFS, and the limiter has nothing to do.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "tests/scenes/catch.h"
#include "tests/scenes/gm_score.h"

using namespace forerun;

namespace {

const double kHighestPeak = std::pow(10, -1 / 20.0);

// What is rendered, note by note, by the rig that MIDI files get when nothing else is said.
void check_room(const MidiFile& file, double seconds, std::uint32_t least_voices) {
    auto configuration = offline_configuration();
    configuration.channels = 2;
    Engine engine(configuration);
    engine.load_rig(source_file("scripts/rigs/gm.lua"));
    const auto samples = render(engine, file, seconds);
    float peak = 0;
    for (const float x : samples) peak = std::max(peak, std::abs(x));
    const auto& header = engine.state().header();
    CAPTURE(20 * std::log10(peak));
    CHECK(header.conductor.voices_started >= least_voices);
    CHECK(header.conductor.notes_dropped == 0);
    CHECK(header.mixer.limited_frames == 0);
    CHECK(peak > 0.02);
    CHECK(peak < kHighestPeak);
    engine.stop();
}

// An orchestra, a band and a drummer at once, all 16 channels at full volume and velocity: chords in fast repetition,
// brass and distortion among them, every beat on kick, snare, hi-hats and crash together.
Score everybody(double seconds) {
    constexpr int programs[] = {0, 48, 61, 30, 33, 56, 29, 80, 62, 0, 19, 52, 104, 68, 9, 81};
    constexpr int chord[] = {0, 4, 7, 12};
    Score score;
    for (int channel = 0; channel < 16; ++channel) {
        score.put(0, 0xB0 | channel, 7, 127);
        if (channel != 9) score.put(0, 0xC0 | channel, programs[channel]);
    }
    for (double at = 0.1; at < seconds - 0.5; at += 0.25) {
        for (int channel = 0; channel < 16; ++channel) {
            if (channel == 9) continue;
            const int low = programs[channel] == 33 ? 36 : 48 + 12 * (channel % 3);
            const int notes = programs[channel] == 33 ? 1 : 3;
            for (int i = 0; i < notes; ++i) score.note(at, 0.24, channel, low + chord[(i + channel) % 4], 127);
        }
        for (const int drum : {36, 38, 42, 46, 49}) score.note(at, 0.1, 9, drum, 127);
    }
    return score;
}

}  // namespace

TEST_CASE("the example piece stays below the limiter on the General MIDI rig") {
    const auto file = read_midi_file(source_file("examples/mountain-king.mid"));
    check_room(file, file.duration_seconds + 1, 1000);
}

TEST_CASE("sixteen loud channels at once stay below the limiter") {
    constexpr double seconds = 6;
    check_room(everybody(seconds).file(seconds), seconds, 1000);
}
