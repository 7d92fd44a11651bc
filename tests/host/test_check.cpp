// ctest: timeout=120
// forerun check: recognises voices that cannot be rewound, sends every kind of event, and a broken voice does
// not hide the others. Which scripts cannot be rewound, and why, is in test_rewind.cpp; what cannot
// be checked at all in test_bad_input.cpp.
#include <algorithm>
#include <string>

#include "shared/script_runtime.h"
#include "tests/scenes/catch.h"
#include "tests/scenes/program.h"
#include "tests/scenes/script_folder.h"

using namespace forerun;

namespace {

// Ends when it is released.
std::string ending_voice(const std::string& sample, const std::string& start = "", const std::string& top = "") {
    auto text = ScriptFolder::voice(sample, start, top);
    const std::string endless = "done = function(self) return false end";
    text.replace(text.find(endless), endless.size(),
                 "release = function(self) self.over = true end, done = function(self) return self.over end");
    return text;
}

const std::string reads_g = ending_voice("_G.n = ((_G.n or 0) + 0.01) % 1 return _G.n");  // in line 7

// Throws BadInput when the script fails.
VoiceCheck checked(const std::string& script) {
    const ScriptFolder folder;
    Configuration configuration;
    configuration.script_path = host_options().script_path;
    const auto scripts = make_script_runtime(configuration);
    return scripts->check_voice(scripts->load_voice(folder.write("voice.lua", script)).instruments.front());
}

std::string voice_with_depth(const std::string& sample) {
    return "return { parameters = { depth = { default = 1, minimum = -3, maximum = 5 } },\n"
           "done = function() return false end, sample = function(self)\n" +
           sample + " return 0.1 end }";
}

}  // namespace

TEST_CASE("a bundled voice rewinds, and its cost is reported") {
    const auto outcome = output_of("check subtractive");
    CAPTURE(outcome.text);
    CHECK(outcome.code == 0);
    CHECK_THAT(outcome.text, Catch::Contains("subtractive.lua: rewinds; ") && Catch::Contains(" KiB of dsp state, ") &&
                                 Catch::Contains("checkpoint ") && Catch::Contains(" µs per quantum (") &&
                                 Catch::Contains(" % of real time on this machine)"));
    CHECK(std::count(outcome.text.begin(), outcome.text.end(), '\n') == 1);
}

TEST_CASE("a voice that cannot be rewound is not an error, and the reason has its line") {
    const ScriptFolder folder;
    const auto tape = folder.write("tape.lua", reads_g).string();
    const auto outcome = output_of("check " + tape);
    CAPTURE(outcome.text);
    CHECK(outcome.code == 0);
    CHECK_THAT(outcome.text,
               Catch::StartsWith(tape + ": events wait for the buffer: " + tape + ":7: reads _G while it sounds\n"));
    CHECK_THAT(outcome.text, !Catch::Contains("rewinds") && !Catch::Contains("checkpoint"));
}

TEST_CASE("a broken voice does not hide the others") {
    const ScriptFolder folder;
    const auto broken = folder.write("broken.lua", "return {\n  name = 1 +\n}\n").string();
    const auto late =
        folder.write("late.lua", ScriptFolder::voice("if self.pressure > 0.9 then error('no') end return 0"));
    const auto command = "check " + broken + " subtractive " + late.string() + " no-such-voice organ";
    const auto output = output_of(command), errors = errors_of(command);
    CAPTURE(output.text, errors.text);
    CHECK(output.code == 2);
    CHECK_THAT(output.text, Catch::Contains("subtractive.lua: rewinds") && Catch::Contains("organ.lua: rewinds"));
    CHECK_THAT(errors.text, Catch::Contains("broken.lua:3: ") && Catch::Contains("late.lua:7: no\n") &&
                                Catch::Contains("file no-such-voice: no such file"));
    CHECK(std::count(errors.text.begin(), errors.text.end(), '\n') == 3);
}

TEST_CASE("every script of a rig is reported once") {
    const ScriptFolder folder;
    folder.write("rigs/tape.lua", reads_g);
    folder.write("rigs/band.lua",
                 "return { instruments = { { voice = 'tape', channel = 1 }, { voice = 'voices/organ', channel = 2 },"
                 "{ voice = 'tape', channel = 3 } } }");
    const auto outcome =
        run_shell("FORERUN_PATH=" + folder.path().string() + " " FORERUN_PROGRAM " check band", "2>/dev/null");
    CAPTURE(outcome.text);
    CHECK(outcome.code == 0);
    CHECK(std::count(outcome.text.begin(), outcome.text.end(), '\n') == 3);  // two of them for the one that waits
    CHECK_THAT(outcome.text, Catch::Contains("tape.lua: events wait") && Catch::Contains("organ.lua: rewinds"));
}

TEST_CASE("a check sends a voice every kind of event") {
    CHECK(bad_input([] { checked(voice_with_depth("")); }).empty());
    for (const auto* condition : {"self.bend > 1.1", "self.bend < 0.9", "self.pressure > 0.9", "self.modulation > 0.9",
                                  "self.parameters.depth == -3", "self.parameters.depth == 5", "self.note.key == 96"}) {
        CAPTURE(condition);
        const auto text = bad_input([&] {
            checked(voice_with_depth("self.n = (self.n or 0) + 1\n if self.n > 6400 and " + std::string(condition) +
                                     " then error('met') end"));
        });
        CHECK_THAT(text, Catch::EndsWith("voice.lua:4: met"));
    }
    CHECK_THAT(
        bad_input([] {
            checked(
                "return { done = function() return false end, sample = function(self) self.n = (self.n or "
                "0) + 1 return 0 end,\nrelease = function(self) if self.n > 9000 then error('let go') end end }");
        }),
        Catch::EndsWith("voice.lua:2: let go"));
}

TEST_CASE("state that grows beyond the limit of a checkpoint is found, whenever it grows") {
    const std::string fill = "for i = 1, 9000 do self.held[i] = i end";
    const auto voice = [](const std::string& sample, const std::string& rest) {
        return "return { start = function(self) self.held = {} end, done = function() return false end,\n"
               "sample = function(self) " +
               sample + " return 0 end,\n" + rest + "}";
    };
    const auto slowly = "control = function(self) self.held[#self.held + 1] = self.frequency end ";
    for (const auto& script :
         {voice("", slowly), voice("if self.pressure > 0.9 and #self.held == 0 then " + fill + " end", ""),
          voice("", "release = function(self) " + fill + " end ")}) {
        CAPTURE(script);
        CHECK_THAT(checked(script).fixed, Catch::Contains("voice.lua: keeps more than 8192 values in tables"));
    }
}

TEST_CASE("samples that are not finite are reported, with their time") {
    const auto from = [](const std::string& when, const std::string& samples) {
        return "return { channels = 2, done = function() return false end, start = function(self) self.n = 0 end,\n"
               "sample = function(self) self.n = self.n + 1 if self.n > " +
               when + " then return " + samples + " end return 0, 0 end, release = function() end }";
    };
    CHECK(checked(from("4800", "1, 64")).silenced_frame == -1);
    CHECK(checked(from("4800", "0, 0 / 0")).silenced_frame == 4800);
    CHECK(checked(from("4900", "1 / 0, 0")).silenced_frame == 4864);
    CHECK(checked(from("4800", "0, -65")).silenced_frame == 4800);
    CHECK(checked(from("64 and self.note.key < 40", "0 / 0, 0")).silenced_frame == 64);

    const ScriptFolder folder;
    const auto outcome = output_of("check " + folder.write("burst.lua", from("4800", "0 / 0, 0")).string());
    CAPTURE(outcome.text);
    CHECK(outcome.code == 1);
    CHECK_THAT(outcome.text,
               Catch::Contains("burst.lua: rewinds; ") && Catch::Contains("burst.lua:2: makes samples "
                                                                          "that are not numbers or beyond "
                                                                          "64 (nan), 0.100 s after"));
}

TEST_CASE("the line that produces an invalid number is reported, with the variable or the dsp object") {
    const auto row = GENERATE(
        std::pair<std::string, std::string>{
            "local x = self.n / 100\nlocal y = (x - x) / (x - x)\nreturn y",
            "voice.lua:8: makes samples that are not numbers or beyond 64 (nan, first in 'y')"},
        std::pair<std::string, std::string>{
            "self.n = self.n + 1\nlocal x = 1 / (self.n - 700)\nreturn 0.1 * x",
            "voice.lua:8: makes samples that are not numbers or beyond 64 (inf, first in 'x')"},
        std::pair<std::string, std::string>{
            "self.n = self.n + 1\nlocal x = 1\nif self.n == 5000 then x = 0 / 0 end\nlocal y = self.f:low(x, "
            "1000)\nreturn 0.1 * y",
            "voice.lua:9: makes samples that are not numbers or beyond 64 (nan, first in 'x')"},
        std::pair<std::string, std::string>{
            "self.n = self.n + 1\nreturn self.f:low((self.n - 5000) / (self.n - 5000), 500)",
            "voice.lua:8: makes samples that are not numbers or beyond 64 (nan, and so does self.f (dsp.onepole))"},
        std::pair<std::string, std::string>{"self.n = self.n + 1\nreturn self.n > 100 and 65 or 0",
                                            "voice.lua:8: makes samples that are not numbers or beyond 64 (65)"});
    CAPTURE(row.first);
    const auto voice = ending_voice(row.first, "self.n, self.f = 0, dsp.onepole()");
    CHECK_THAT(checked(voice).silenced, Catch::EndsWith(row.second));
}

TEST_CASE("a voice that never ends is reported with its line, and check fails") {
    const std::string head =
        "local dsp = require 'dsp'\nreturn {\nstart = function(self) self.osc, self.amp = dsp.saw(), "
        "dsp.adsr(0.01, 0.1, 0.5, 1) end,\n";
    const auto still =
        head + "sample = function(self) return 0.1 * self.osc:next(self.frequency) * self.amp:level() end }";
    CHECK_THAT(checked(still).endless,
               Catch::EndsWith("voice.lua:4: the voice never ends: its self.amp does not move; call self.amp:next() in "
                               "every frame"));
    CHECK(checked(head + "sample = function(self) return 0.1 * self.amp:next() end }").endless == "");
    // Long is not endless.
    CHECK(
        checked(
            "local dsp = require 'dsp'\nreturn { start = function(self) self.amp = dsp.adsr(0.01, 0.1, 0.5, 50) end,\n"
            "sample = function(self) return 0.1 * self.amp:next() end }")
            .endless == "");
    CHECK_THAT(
        checked("return { sample = function() return 0 end,\ndone = function() return false end }").endless,
        Catch::EndsWith("voice.lua:2: the voice never ends: it still plays 60 s after its release; done(self) must "
                        "become true"));
    const ScriptFolder folder;
    const auto outcome = output_of("check " + folder.write("still.lua", still).string());
    CAPTURE(outcome.text);
    CHECK(outcome.code == 1);
    CHECK_THAT(outcome.text, Catch::Contains("still.lua:4: the voice never ends"));
}

TEST_CASE("a voice that is checked prints nothing, and its figures are its own") {
    const ScriptFolder folder;
    const auto file =
        folder.write("chatty.lua", ending_voice("print('sample') return 0", "print('start')", "print('top')"));
    const auto errors = errors_of("check " + file.string());
    CAPTURE(errors.text);
    CHECK(errors.code == 0);
    CHECK_THAT(errors.text, !Catch::Contains("start") && !Catch::Contains("sample"));

    const auto delay = checked(ScriptFolder::voice("return self.line:next(0, 100)", "self.line = dsp.delay(0.1)"));
    CHECK(delay.state_bytes >= 8192 * 8);
    CHECK(delay.state_bytes < 8192 * 8 + 1024);
    CHECK(delay.quantum_nanoseconds > 0);
    CHECK(delay.checkpoint_nanoseconds > 0);
}
