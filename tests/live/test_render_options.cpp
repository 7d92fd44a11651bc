// ctest: timeout=180
// What render is asked for besides a file: chosen notes, gain, a peak, stems, a part of the piece, a voice as a rig.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>
#include <vector>

#include "tests/scenes/catch.h"
#include "tests/scenes/program.h"
#include "tests/scenes/sound_file_facts.h"
#include "tools/live/progress_bar.h"

using namespace forerun;
namespace fs = std::filesystem;

namespace {

// A sine as loud as its velocity, until the key is let go.
struct Sines : ScriptFolder {
    Sines() {
        write("sine.lua",
              "local dsp = require 'dsp'\nreturn { start = function(self, note) self.osc, self.level, self.amp = "
              "dsp.sine(), "
              "note.velocity, dsp.adsr(0.001, 0.001, 1, 0.005) end,\n"
              "sample = function(self) return 0.5 * self.level * self.osc:next(self.frequency) * self.amp:next() end "
              "}\n");
        write("band.lua",
              "return { instruments = { { name = 'low', voice = 'sine', keys = { 0, 59 } }, "
              "{ name = 'high', voice = 'sine', keys = { 60, 127 } } } }\n");
        write("loud.lua", "return { master_gain_db = 20, instruments = { { name = 'a', voice = 'sine' } } }\n");
        // Two quarters at 120 a minute: key 60, then key 72.
        using namespace std::string_literals;
        write(
            "two.mid",
            "MThd\0\0\0\6\0\0\0\1\0\x60MTrk\0\0\0\x14\0\x90\x3c\x64\x60\x80\x3c\x40\0\x90\x48\x64\x60\x80\x48\x40\0\xff\x2f\0"s);
    }
    ProgramOutcome run(const std::string& line) const {
        return run_shell("cd " + path().string() + "; exec " FORERUN_PROGRAM " " + line, "2>&1");
    }
    SoundFileFacts rendered(const std::string& options, const std::string& file = "a.wav") const {
        const auto outcome = run("render " + options + " -o " + file);
        CAPTURE(options, outcome.text);
        CHECK(outcome.code == 0);
        return facts_of(path() / file);
    }
};

// Stereo samples' left side: its peak, and its frequency by rising zero crossings, in [from, to) seconds.
float peak(const SoundFileFacts& sound, double from, double to) {
    float most = 0;
    for (auto i = static_cast<std::size_t>(from * 48000); i < static_cast<std::size_t>(to * 48000); ++i)
        if (2 * i < sound.samples.size()) most = std::max(most, std::abs(sound.samples[2 * i]));
    return most;
}
double hz(const SoundFileFacts& sound, double from, double to) {
    int crossings = 0;
    for (auto i = static_cast<std::size_t>(from * 48000) + 1; i < static_cast<std::size_t>(to * 48000); ++i)
        if (2 * i < sound.samples.size() && sound.samples[2 * i - 2] < 0 && sound.samples[2 * i] >= 0) ++crossings;
    return crossings / (to - from);
}

}  // namespace

TEST_CASE("render: a voice plays the notes that were chosen") {
    const Sines folder;
    const auto sound = folder.rendered("sine.lua --notes A4,81 --velocity 127,64 --hold 1 --gain 0");
    for (int note = 0; note < 4; ++note) {
        CAPTURE(note);
        const double begin = 1.5 * note;
        CHECK(hz(sound, begin + 0.1, begin + 0.9) == Approx(note < 2 ? 440 : 880).margin(3));
        CHECK(peak(sound, begin + 1.1, begin + 1.49) == 0);
        CHECK(peak(sound, begin, begin + 1) / peak(sound, 0, 1) ==
              Approx(note % 2 == 0 ? 1 : 64.0 / 127).epsilon(0.02));
    }
    CHECK_THAT(folder.run("render two.mid --notes 60 -o b.wav").text,
               Catch::Contains("--notes: goes with a voice or rig"));
    CHECK_THAT(folder.run("render sine.lua --velocity 60 -o b.wav").text, Catch::Contains("--notes"));
    CHECK_THAT(folder.run("render sine.lua --loop -o b.wav").text, Catch::Contains("--loop: has no end"));
    const auto looped = folder.rendered("sine.lua --notes 69 --hold 0.25 --loop --seconds 2");
    CHECK(looped.frames == 96000);
    for (const double at : {0.05, 0.8, 1.55}) CHECK(peak(looped, at, at + 0.1) > 0.05f);
}

TEST_CASE("render: gain comes before the limiter, and a peak that was asked for is reached without it") {
    const Sines folder;
    const auto usual = folder.rendered("sine.lua --notes 69");
    const auto softer = folder.rendered("sine.lua --notes 69 --gain -6.0206");
    CHECK(softer.peak / usual.peak == Approx(0.5).epsilon(0.001));
    // Loud enough for the limiter, which the report tells.
    const auto limited = folder.run("render two.mid --rig loud.lua -o a.wav --json a.json");
    CHECK_THAT(limited.text, Catch::Contains("limited in"));
    const auto calm = folder.run("render two.mid --rig loud.lua -o a.wav --gain -20");
    CHECK_THAT(calm.text, !Catch::Contains("limited in"));

    for (const auto& [option, db] : std::vector<std::pair<std::string, double>>{
             {"--normalize", -1}, {"--normalize -12", -12}, {"--normalize=-3 --pcm24", -3}, {"--normalize 0", 0}}) {
        CAPTURE(option);
        const auto normal = folder.rendered("two.mid --rig loud.lua " + option);
        CHECK(20 * std::log10(normal.peak) == Approx(db).margin(0.01));
        // A sine stays one.
        CHECK(hz(normal, 0.05, 0.45) == Approx(261.6).margin(3));
        const double rms_of_sine = peak(normal, 0.1, 0.4) / std::sqrt(2.0);
        double sum = 0;
        for (std::size_t i = 4800; i < 19200; ++i) sum += normal.samples[2 * i] * normal.samples[2 * i];
        CHECK(std::sqrt(sum / 14400) == Approx(rms_of_sine).epsilon(0.01));
    }
    CHECK_THAT(folder.run("render two.mid --rig loud.lua -o a.wav --normalize").text, Catch::Contains("normalized by"));
    CHECK_THAT(folder.run("render sine.lua -o a.wav --normalize --gain 1").text, Catch::Contains("one of the two"));
    for (const auto& entry : fs::directory_iterator(folder.path()))
        CHECK(entry.path().filename().string().rfind(".forerun", 0) != 0);
}

TEST_CASE("render: stems are the instruments alone, and leave nothing when nothing is rendered") {
    const Sines folder;
    const auto both = folder.rendered("two.mid --rig band.lua --stems st --seconds 1");
    const auto high = facts_of(folder.path() / "st/02-high.wav");
    CHECK_FALSE(fs::exists(folder.path() / "st/01-low.wav"));  // never heard
    REQUIRE(high.frames == both.frames);
    CHECK(high.samples == both.samples);  // the rig's gains are 0 dB
    const auto low = folder.rendered("band.lua --notes 40,64 --stems st --tail 0.1");
    CHECK(fs::exists(folder.path() / "st/01-low.wav"));
    CHECK(folder.run("render broken.lua -o a.wav --stems other").code == 2);
    CHECK_FALSE(fs::exists(folder.path() / "other"));
}

TEST_CASE("render: a piece from somewhere on") {
    const Sines folder;
    const auto sound = folder.rendered("two.mid --rig sine.lua --from 0.4");
    CHECK(peak(sound, 0, 0.09) == 0);
    CHECK(hz(sound, 0.15, 0.55) == Approx(523.25).margin(4));
    CHECK_THAT(folder.run("render two.mid --rig sine.lua --from 7 -o b.wav").text, Catch::Contains("behind the end"));
}

TEST_CASE("render: a terminal without escape sequences gets lines, another one a bar") {
    using Look = ProgressBar::Look;
    for (const auto look : {Look::none, Look::lines, Look::bar}) {
        std::FILE* out = std::tmpfile();
        {
            ProgressBar bar(look, out);
            for (int i = 0; i < 240; ++i) bar.show(0.5 * i, 240, 0.05 * i);
        }
        std::string text(static_cast<std::size_t>(std::ftell(out)), ' ');
        std::rewind(out);
        CHECK(std::fread(text.data(), 1, text.size(), out) == text.size());
        std::fclose(out);
        CAPTURE(text);
        if (look == Look::none) CHECK(text.empty());
        if (look == Look::lines) CHECK(text == " 21%  50.0 of 240.0 s\n 42%  100.0 of 240.0 s\n");
        if (look == Look::bar) CHECK(std::count(text.begin(), text.end(), '\r') > 50);
    }
}

TEST_CASE("render: a voice is a rig of one instrument") {
    const Sines folder;
    const auto sound = folder.rendered("two.mid --rig sine.lua");
    CHECK(hz(sound, 0.05, 0.45) == Approx(261.6).margin(3));
    CHECK(folder.rendered("two.mid --rig organ").peak > 0);  // a bundled voice by its name
}
