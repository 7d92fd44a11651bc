// ctest: timeout=120
// ctest: serial
// The program as people meet it, when it is asked for what it can do. What it cannot do is in test_bad_input.cpp. Runs the
// built program.

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "tests/scenes/catch.h"
#include "tests/scenes/program.h"
#include "tests/scenes/script_folder.h"
#include "tests/scenes/sound_file_facts.h"

using namespace forerun;

namespace {

constexpr const char* humming_voice = R"(local dsp = require "dsp"
return {
    name = "hum",
    start = function(self, note)
        self.osc = dsp.sine()
        self.amp = dsp.adsr(0.01, 0.1, 0.7, 0.05)
    end,
    release = function(self) self.amp:release() end,
    sample = function(self) return 0.2 * self.osc:next(self.frequency) * self.amp:next() end,
}
)";

}  // namespace

TEST_CASE("help and version go to standard output and are no errors") {
    for (const auto* arguments :
         {"--help", "render --help", "play --help", "check --help", "devices --help", "version"}) {
        const auto outcome = output_of(arguments);
        CAPTURE(arguments);
        CHECK(outcome.code == 0);
        CHECK(outcome.text.size() > 20);
    }
}

TEST_CASE("a voice alone renders a phrase, of the length that was asked for, in the format that was asked for") {
    ScriptFolder folder;
    const auto voice = folder.write("hum.lua", humming_voice).string();
    const auto wav = (folder.path() / "a.wav").string(), flac = (folder.path() / "a.flac").string();
    REQUIRE(output_of("render " + voice + " -o " + wav + " --seconds 1.5 --rate 44100").code == 0);
    auto facts = facts_of(wav);
    CHECK(facts.opens);
    CHECK(facts.frames == 66150);
    CHECK(facts.format == (SF_FORMAT_WAV | SF_FORMAT_FLOAT));
    CHECK(facts.peak > 0.05f);
    REQUIRE(output_of("render " + voice + " -o " + wav + " --seconds 0.5 --pcm24").code == 0);
    CHECK(facts_of(wav).format == (SF_FORMAT_WAVEX | SF_FORMAT_PCM_24));
    REQUIRE(output_of("render " + voice + " -o " + flac + " --tail 0.25").code == 0);
    facts = facts_of(flac);
    CHECK(facts.opens);
    CHECK(facts.frames == 360000 + 12000);  // 13.5 beats at 108 a minute, and the tail
    CHECK(facts.format == (SF_FORMAT_FLAC | SF_FORMAT_PCM_24));
}

TEST_CASE("the same samples are the same bytes, at another time too") {
    ScriptFolder folder;
    const auto voice = folder.write("hum.lua", humming_voice).string();
    const auto bytes_of = [&](const char* name) {
        const auto wav = (folder.path() / name).string();
        REQUIRE(output_of("render " + voice + " --seconds 0.25 -o " + wav).code == 0);
        std::ifstream in(wav, std::ios::binary);
        return std::string(std::istreambuf_iterator<char>(in), {});
    };
    const auto first = bytes_of("a.wav");
    CHECK(first.size() > 12000 * 8);
    CHECK(first.find("PEAK") == first.npos);  // holds the time of day
    CHECK(bytes_of("b.wav") == first);
}

TEST_CASE("without a length the file ends when the piece has rung out, whatever the block") {
    ScriptFolder folder;
    const auto voice = folder.write("hum.lua", humming_voice).string();
    std::vector<std::int64_t> lengths;
    for (const auto* block : {"64", "333", "1024"}) {
        const auto wav = (folder.path() / block).string() + ".wav";
        REQUIRE(output_of("render " + voice + " -o " + wav + " --block " + block).code == 0);
        lengths.push_back(facts_of(wav).frames);
    }
    CHECK(lengths[0] > 360000);
    CHECK(lengths[0] < 360000 + 48000);
    CHECK(lengths[1] == lengths[0]);
    CHECK(lengths[2] == lengths[0]);
}

TEST_CASE("without a sound card play says so, runs on the clock, and records") {
    ScriptFolder folder;
    const auto voice = folder.write("hum.lua", humming_voice).string();
    const auto wav = (folder.path() / "r.wav").string();
    const auto outcome = errors_of("play " + voice + " --seconds 0.5 --record " + wav);
    CAPTURE(outcome.text);
    CHECK(outcome.code == 0);
    CHECK(outcome.text.find("no sound card") != std::string::npos);
    CHECK(facts_of(wav).opens);
    CHECK(facts_of(wav).frames >= 24000);
    CHECK(errors_of("devices --quiet").code == 1);
}

TEST_CASE("Ctrl-C ends play in order: the recording is whole and the report is printed") {
    ScriptFolder folder;
    const auto voice = folder.write("hum.lua", humming_voice).string();
    const auto wav = (folder.path() / "r.wav").string();
    // Interrupted as soon as the recording has grown beyond its header.
    const auto outcome = run_shell(FORERUN_PROGRAM " play " + voice + " --device clock --record " + wav +
                                       " & program=$!; while [ \"$(stat -c %s " + wav +
                                       " 2>/dev/null || echo 0)\" -lt 50000 ]; do kill -0 $program || exit 99; done; "
                                       "kill -TERM $program; wait $program",
                                   "2>/dev/null");
    CAPTURE(outcome.text);
    CHECK(outcome.code == 0);
    CHECK(outcome.text.find("underruns") != std::string::npos);
    CHECK(outcome.text.find("recording") != std::string::npos);
    CHECK(facts_of(wav).opens);
    CHECK(facts_of(wav).frames > 5000);
}
