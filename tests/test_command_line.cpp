// ctest: timeout=120
// ctest: serial
// The program as people meet it: bad input is one line with what, where and what to do, and exit code 2; a script that
// fails while it plays is named, the file is whole, and the exit code is 1. Runs the built program.

#include <sndfile.h>
#include <sys/wait.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "tests/catch.h"
#include "tests/script_folder.h"

using namespace forerun;

namespace {

struct Outcome {
    int code = -1;
    std::string text;  // what was asked for: stdout or stderr
};

// `where` sends the streams: "2>&1 >/dev/null" for errors, "2>/dev/null" for output.
Outcome run_shell(const std::string& command, const char* where) {
    // No sound card, whatever this machine has: ALSA knows only its null device, and no JACK server has this name.
    static const ScriptFolder alsa;
    static const auto null_devices =
        alsa.write("asound.conf", "pcm.!default { type null }\nctl.!default { type null }\n").string();
    const std::string quiet =
        "export ALSA_CONFIG_PATH=" + null_devices + " JACK_NO_START_SERVER=1 JACK_DEFAULT_SERVER=none; ";
    Outcome outcome;
    FILE* pipe = popen((quiet + "{ " + command + "; } </dev/null " + where).c_str(), "r");
    REQUIRE(pipe);
    char bytes[4096];
    for (std::size_t n; (n = fread(bytes, 1, sizeof bytes, pipe)) > 0;) outcome.text.append(bytes, n);
    const int status = pclose(pipe);
    outcome.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return outcome;
}

Outcome errors_of(const std::string& arguments) {
    return run_shell(FORERUN_PROGRAM " " + arguments, "2>&1 >/dev/null");
}
Outcome output_of(const std::string& arguments) { return run_shell(FORERUN_PROGRAM " " + arguments, "2>/dev/null"); }

struct SoundFileFacts {
    bool opens = false;
    std::int64_t frames = 0;
    int format = 0;
    float peak = 0;
};
SoundFileFacts facts_of(const std::filesystem::path& file) {
    SF_INFO info{};
    SNDFILE* sound = sf_open(file.c_str(), SFM_READ, &info);
    if (!sound) return {};
    SoundFileFacts facts{true, 0, info.format, 0};
    std::vector<float> samples(static_cast<std::size_t>(4096 * info.channels));
    for (sf_count_t n; (n = sf_readf_float(sound, samples.data(), 4096)) > 0;) {
        facts.frames += n;
        for (sf_count_t i = 0; i < n * info.channels; ++i)
            facts.peak = std::max(facts.peak, std::abs(samples[static_cast<std::size_t>(i)]));
    }
    if (facts.frames != info.frames) facts.opens = false;  // a header that lies
    sf_close(sound);
    return facts;
}

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

constexpr const char* failing_voice = R"(return {
    name = "late failure",
    start = function(self, note) self.calls = 0 end,
    release = function(self) end,
    render = function(self, out, n)
        self.calls = self.calls + 1
        if self.calls > 1000 then error("out of ideas") end
        for i = 0, n - 1 do out[i] = 0.1 end
    end,
    done = function(self) return false end,
}
)";

}  // namespace

TEST_CASE("bad input: one line that names what, where and what to do, and exit code 2") {
    ScriptFolder folder;
    const auto path = [&](const char* name) { return (folder.path() / name).string(); };
    folder.write("hum.lua", humming_voice);
    folder.write("broken.lua", "return {\n  name = 'broken',\n  sample = function(self) return 1 +\n}\n");
    folder.write("empty.mid", "");
    folder.write("text.mid", "this is no music at all, it is a letter");
    const auto out = path("out.wav");

    struct Case {
        std::string arguments;
        std::vector<std::string> named;
    };
    const std::vector<Case> cases = {
        {"", {"subcommand", "--help"}},
        {"sing", {"sing", "render", "--help"}},
        {"render", {"input", "forerun render --help"}},
        {"render " + path("hum.lua"), {"--output", "--help"}},
        {"render " + path("none.mid") + " -o " + out, {"none.mid", "check"}},
        {"render " + path("none.lua") + " -o " + out, {"none.lua", "no such file", "FORERUN_PATH"}},
        {"render " + path("empty.mid") + " -o " + out, {"empty.mid"}},
        {"render " + path("text.mid") + " -o " + out, {"text.mid"}},
        {"render " + path("broken.lua") + " -o " + out, {"broken.lua:4"}},
        {"render " + path("hum.lua") + " -o " + path("out.mp3"), {"-o", "out.mp3", ".wav or .flac"}},
        {"render " + path("hum.lua") + " -o " + path("no/where/out.wav"), {"-o", "no/where", "make it"}},
        {"render " + path("hum.lua") + " -o " + path("out.flac") + " --float", {"FLAC", "--float"}},
        {"render " + path("hum.lua") + " -o " + out + " --block 0", {"--block", "0", "between 1 and 4096"}},
        {"render " + path("hum.lua") + " -o " + out + " --block 4097", {"--block", "4097"}},
        {"render " + path("hum.lua") + " -o " + out + " --rate 7", {"--rate", "7", "between"}},
        {"render " + path("hum.lua") + " -o " + out + " --rate fast", {"--rate", "fast"}},
        {"render " + path("hum.lua") + " -o " + out + " --workers 65", {"--workers", "65"}},
        {"render " + path("hum.lua") + " -o " + out + " --jit maybe", {"--jit", "maybe"}},
        {"render " + path("hum.lua") + " -o " + out + " --seconds 1 --tail 1", {"--seconds", "--tail"}},
        {"render " + path("hum.lua") + " -o " + out + " --rig general", {"--rig", "hum.lua"}},
        {"render " + path("hum.lua") + " -o " + out + " --json " + path("no/where.json"), {"--json", "no/where.json"}},
        {"render " FORERUN_SOURCE_DIR "/examples/mountain-king.mid -o " + out + " --rig nowhere", {"--rig", "nowhere"}},
        {"render " FORERUN_SOURCE_DIR "/examples/mountain-king.mid -o " + out + " --rig " + path("hum.lua"),
         {"--rig", "hum.lua", "voice"}},
        {"play", {"nothing to play", "--keys"}},
        {"play --keys", {"--keys", "terminal"}},
        {"play " + path("hum.lua") + " --device no-such-device", {"--device", "no-such-device", "clock"}},
        {"play " + path("hum.lua") + " --host-api no-such-api", {"--host-api", "no-such-api"}},
        {"play " + path("hum.lua") + " --device clock --record " + path("out.ogg"), {"--record", "out.ogg"}},
        {"play " + path("hum.lua") + " --seconds 0", {"--seconds"}},
    };
    for (const auto& c : cases) {
        const auto outcome = errors_of(c.arguments);
        CAPTURE(c.arguments, outcome.text);
        CHECK(outcome.code == 2);
        CHECK(std::count(outcome.text.begin(), outcome.text.end(), '\n') == 1);
        CHECK(outcome.text.rfind("forerun: ", 0) == 0);
        for (const auto& part : c.named) {
            CAPTURE(part);
            CHECK(outcome.text.find(part) != std::string::npos);
        }
    }
    CHECK_FALSE(std::filesystem::exists(out));
    CHECK_FALSE(std::filesystem::exists(out + ".part"));
}

TEST_CASE("help and version go to standard output and are no errors") {
    for (const auto* arguments : {"--help", "render --help", "play --help", "devices --help", "version"}) {
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
    CHECK(facts_of(wav).format == (SF_FORMAT_WAV | SF_FORMAT_PCM_24));
    REQUIRE(output_of("render " + voice + " -o " + flac + " --tail 0.25").code == 0);
    facts = facts_of(flac);
    CHECK(facts.opens);
    CHECK(facts.frames == 360000 + 12000);  // 13.5 beats at 108 a minute, and the tail
    CHECK(facts.format == (SF_FORMAT_FLAC | SF_FORMAT_PCM_24));
    CHECK_FALSE(std::filesystem::exists(wav + ".part"));
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

TEST_CASE("a script that fails while it plays is named, the file is whole, the exit code is 1") {
    ScriptFolder folder;
    const auto voice = folder.write("fails.lua", failing_voice).string();
    const auto wav = (folder.path() / "a.wav").string();
    const auto outcome = errors_of("render " + voice + " -o " + wav + " --seconds 7.5");
    CAPTURE(outcome.text);
    CHECK(outcome.code == 1);
    CHECK(outcome.text.find("fails.lua:7") != std::string::npos);
    CHECK(outcome.text.find("out of ideas") != std::string::npos);
    CHECK(facts_of(wav).opens);
    CHECK(facts_of(wav).frames == 360000);
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

TEST_CASE("a full disk stops the recording with one line, not the sound") {
    ScriptFolder folder;
    const auto voice = folder.write("hum.lua", humming_voice).string();
    const auto wav = (folder.path() / "r.wav").string();
    const auto json = (folder.path() / "r.json").string();
    // The limit stands for the disk: 64 KiB.
    const auto outcome = run_shell("ulimit -f 128; " FORERUN_PROGRAM " play " + voice +
                                       " --device clock --seconds 0.6 --json " + json + " --record " + wav,
                                   "2>&1 >/dev/null");
    CAPTURE(outcome.text);
    CHECK(outcome.code == 1);
    CHECK(outcome.text.find("recording stopped") != std::string::npos);
    CHECK(outcome.text.find("make room") != std::string::npos);
    CHECK(facts_of(wav).opens);
    CHECK(std::filesystem::file_size(json) > 1000);
}
