// Unknown names, and mistakes that do not fail: each is reported with its line.

#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <sstream>
#include <string>

#include "tests/scenes/catch.h"
#include "tests/scenes/program.h"
#include "tests/scenes/script_folder.h"

using namespace forerun;

namespace {

std::string error_of(const std::string& sample, const std::string& start = "") {
    const ScriptFolder folder;
    Player player(folder.write("voice.lua", ScriptFolder::voice(sample + "\nreturn 0", start)));
    if (player.start()) player.render();
    return player.error;
}

// What is told of a voice while it is checked.
std::string problems_of(const std::string& script) {
    const ScriptFolder folder;
    auto problems = errors_of("check " + folder.write("voice.lua", script).string()).text;
    // What a slow machine waits for.
    if (const auto at = problems.find("forerun: playing "); at != problems.npos)
        problems.erase(at, problems.find('\n', at) + 1 - at);
    return problems;
}

std::string voice(const std::string& start, const std::string& sample) {
    return "local dsp = require 'dsp'\nreturn { start = function(self, note)\nself.amp = dsp.adsr()\n" + start +
           "\nend,\nsample = function(self)\n" + sample + "\nend }\n";
}

std::size_t lines_with(const std::string& text, const std::string& part) {
    std::size_t count = 0;
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
    return count;
}

}  // namespace

TEST_CASE("an unknown name is reported with the nearest known one") {
    CHECK_THAT(error_of("", "self.f = dsp.lader()"),
               Catch::Contains("voice.lua:4: there is no dsp.lader; did you mean \"ladder\"?"));
    CHECK_THAT(error_of("", "self.f = dsp.Saw()"), Catch::Contains("there is no dsp.Saw; did you mean \"saw\"?"));
    CHECK(error_of("", "assert(dsp.reverberator == nil)") == "");
    CHECK_THAT(error_of("", "self.v = note.velocty"),
               Catch::Contains("voice.lua:4: note has no \"velocty\"; did you mean \"velocity\"?"));
    CHECK_THAT(error_of("local x = self.note.pitch"),
               Catch::Contains("voice.lua:7: note has no \"pitch\"; there are frequency, key, "));
    CHECK(error_of("", "assert(note.release_velocity == nil)") == "");
    CHECK_THAT(error_of("self.o:nxt(440)", "self.o = dsp.saw()"),
               Catch::Contains("voice.lua:7: dsp.saw has no member 'nxt'; did you mean \"next\"?"));
}

TEST_CASE("calling a method with . is explained") {
    const auto call = GENERATE(as<std::string>{}, "self.o.next()", "self.o.next(440)", "self.e.next()",
                               "self.e.release()", "self.f.low(1, 2)", "self.d.read(100)", "self.d.write()");
    CAPTURE(call);
    const auto error =
        error_of(call, "self.o, self.e, self.f, self.d = dsp.saw(), dsp.adsr(), dsp.onepole(), dsp.delay(0.1)");
    CHECK_THAT(error, Catch::Contains("voice.lua:7: "));
    CHECK_THAT(error, Catch::Contains("write : and not . before "));
}

TEST_CASE("mistakes that do not fail are warned of once, with their line, and the voice plays on") {
    struct Row {
        const char* start;
        const char* sample;
        const char* says;
    };
    const auto row = GENERATE(
        Row{"", "return 0.1 * self.amp:next(), 0.2",
            "voice.lua:6: sample returns two numbers, and only the first is heard"},
        Row{"self.e = dsp.adsr(-1)", "return self.amp:next()",
            "voice.lua:4: dsp.adsr: attack_seconds is -1, which counts as 0"},
        Row{"self.e = dsp.glide(-0.5)", "return self.amp:next()",
            "voice.lua:4: dsp.glide: seconds is -0.5, which counts as 0"},
        Row{"self.d = dsp.delay(0.01)", "local y = self.d:next(self.amp:next(), 48000) return y",
            "voice.lua:7: a dsp.delay is read beyond its 509 frames"},
        Row{"self.frequency = 100", "return self.amp:next()", "voice.lua:2: self.frequency was written, and is lost"},
        Row{"", "self.frequency = self.frequency * 2 return 0.1 * self.amp:next()",
            "voice.lua:6: self.frequency was written, and is lost"});
    CAPTURE(row.start, row.sample);
    const auto problems = problems_of(voice(row.start, row.sample));
    CHECK(lines_with(problems, row.says) == 1);
    CHECK(lines_with(problems, "\n") == 1);
}

TEST_CASE("a voice without mistakes causes no warning") {
    CHECK(problems_of(voice("self.d, self.o = dsp.delay(0.01), dsp.saw()",
                            "return self.d:next(self.amp:next() * self.o:next(self.frequency), 480)")) == "");
    CHECK(errors_of("check subtractive pluck organ").text == "");
}
