// Messages about a voice's mistakes: their line, when they come, and that other voices play on.

#include "tests/scenes/catch.h"
#include "tests/scenes/script_folder.h"

using namespace forerun;

namespace {

std::string description_error(const std::string& text) {
    const ScriptFolder folder;
    return Player(folder.write("voice.lua", text)).error;
}

}  // namespace

TEST_CASE("mistakes in a script are reported with file and what to do") {
    using Catch::Contains;
    CHECK_THAT(description_error("return {\n  sample = function(self) return 0 end,\n  start = function( end,\n}"),
               Contains("voice.lua:3:"));
    CHECK_THAT(description_error(""), Contains("voice.lua: returns nothing; a voice script returns a table"));
    CHECK_THAT(description_error(std::string("\xff\xfer\0", 4)),
               Contains("voice.lua: is UTF-16 text; save it as UTF-8"));
    CHECK_THAT(description_error("return 5"), Contains("voice.lua: returns a number"));
    CHECK_THAT(description_error("error('no luck')"), Contains("voice.lua:1: no luck"));
    CHECK_THAT(description_error("error({})"), Contains("voice.lua:1: error(...) was given a table"));
    CHECK_THAT(description_error("error('no luck', 0)"), Contains("voice.lua:1: no luck"));
    CHECK_THAT(description_error("error()"), Contains("voice.lua:1:"));
    CHECK_THAT(description_error("error('two\\nlines')"), Contains("two lines"));
    CHECK_THAT(description_error("local x = nil + 1"), Contains("voice.lua:1: attempt to perform arithmetic"));
    CHECK_THAT(description_error("return { start = function() end }"), Contains("voice.lua: has no sound: add sample"));
    CHECK_THAT(description_error("return { start = print, sample = print, render = print }"),
               Contains("has sample and render"));
    CHECK_THAT(description_error("return { sample = 5 }"), Contains("sample must be a function"));
    CHECK_THAT(description_error("return { sample = function() end }"),
               Contains("nothing says when the voice is done"));
    CHECK_THAT(description_error("return { instruments = {} }"), Contains("is a rig, not a voice"));
    const auto with = [](const std::string& fields) {
        return description_error("return { done = function() end, sample = function() return 0 end, " + fields + " }");
    };
    CHECK_THAT(with("priority = 101"), Contains("priority is 101; give a number from 0 to 100"));
    CHECK_THAT(with("priority = 1.5"), Contains("priority is 1.5; give a whole number"));
    CHECK_THAT(with("priority = 0/0"), Contains("priority is"));
    CHECK_THAT(with("priority = '5'"), Contains("priority must be a number, not a string"));
    CHECK_THAT(with("channels = 3"), Contains("channels is 3; give a number from 1 to 2"));
    CHECK_THAT(with("name = {}"), Contains("name must be a text"));
    CHECK_THAT(with("parameters = { x = { default = 5 } }"), Contains("parameter \"x\": default is 5"));
    CHECK_THAT(with("parameters = { x = { minimum = 5 } }"), Contains("parameter \"x\": default is missing"));
    CHECK_THAT(with("parameters = { x = { default = 1, scale = 'log' } }"), Contains("minimum above 0"));
    CHECK_THAT(with("parameters = { x = { default = 1, scale = 'square' } }"), Contains("choose one of linear, log"));
    CHECK_THAT(with("parameters = { x = { default = 1, maximun = 2 } }"), Contains("\"maximun\" is not known here"));
    CHECK_THAT(with("parameters = { x = 1 }"), Contains("parameter \"x\": must be a table"));
    CHECK_THAT(with("chanels = 2"), Contains("voice.lua: \"chanels\" is not known here; there are name, channels") &&
                                        Contains("polyphony") && Contains("control"));
    CHECK_THAT(with("parameters = { 1 }"), Contains("every entry needs a name"));
    const ScriptFolder folder;
    CHECK_THAT(Player(folder.path() / "nowhere.lua").error, Contains("nowhere.lua: there is no such file"));
    CHECK_THAT(Player(folder.path()).error, Contains("is not a file"));
}

TEST_CASE("a long path is reported in full") {
    const ScriptFolder folder;
    const std::string long_name(120, 'x');
    CHECK_THAT(Player(folder.write(long_name + "/voice.lua", "error('here')")).error,
               Catch::Contains(long_name + "/voice.lua:1: here"));
    CHECK_THAT(Player(folder.write(long_name + "/other.lua", "x = = 1")).error,
               Catch::Contains(long_name + "/other.lua:1:"));
}

TEST_CASE("a voice without an end is refused when it starts") {
    const ScriptFolder folder;
    Player player(folder.write(
        "voice.lua", "return { start = function(self) self.amp = {} end, sample = function() return 0 end }"));
    CHECK_FALSE(player.start());
    CHECK_THAT(player.error,
               Catch::Contains("voice.lua: nothing says when the voice is done: set self.amp = dsp.adsr"));
}

TEST_CASE("a failing voice is reported with file and line, and only that voice ends") {
    const ScriptFolder folder;
    const auto bad =
        folder.write("bad.lua",
                     "return { start = function(self) self.n = 0 end,\n  done = function() return false end,\n"
                     "  sample = function(self)\n    self.n = self.n + 1\n    if self.n == 64000 then\n"
                     "      local x = nil + 1\n    end\n    return 0 end }");
    Player player(bad);
    REQUIRE(player.start());
    int quanta = 0;
    while (quanta < 2000 && player.render()) ++quanta;
    CHECK(quanta == 999);  // the thousandth render
    CHECK_THAT(player.error, Catch::Contains("bad.lua:6: attempt to perform arithmetic on a nil value"));
    player.error.clear();
    CHECK(player.start());
    CHECK(player.render());
}

TEST_CASE("a frame that is not a number is reported with the function, its line and what it must return") {
    using Catch::Contains;
    const bool jit = GENERATE(true, false);
    const ScriptFolder folder;
    auto options = host_options();
    options.jit = jit;
    const auto failure = [&](const std::string& fields, const std::string& start = "") {
        Player player(folder.write("voice.lua", "local dsp = require 'dsp'\nreturn { start = function(self) " + start +
                                                    " end, done = function() return false end,\n" + fields + " }"),
                      options);
        if (player.start()) {
            for (int i = 0; i < 50 && player.render(); ++i) {
            }
        }
        return player.error;
    };
    CHECK_THAT(failure("sample = function(self) local x = 1 end"),
               Contains("voice.lua:3: sample must return a number, but it returned nil"));
    CHECK_THAT(failure("channels = 2,\nsample = function(self) return 1 end"),
               Contains("voice.lua:4: sample must return two numbers (channels = 2), but one of them was nil"));
    CHECK_THAT(failure("sample = function(self) return self.osc end", "self.osc = dsp.saw()"),
               Contains("voice.lua:3: sample must return a number, but it returned dsp.saw"));
    CHECK_THAT(
        failure("sample = function(self) self.n = self.n + 1 if self.n < 3000 then return 0 end end", "self.n = 0"),
        Contains("voice.lua:3: sample must return a number, but it returned nil"));
    CHECK_THAT(failure("render = function(self, out, n)\nout[1] = nil\nend"),
               Contains("voice.lua:4: out takes numbers only, it was given nil"));
}

TEST_CASE("an amplitude that cannot be released is refused when the voice starts") {
    const ScriptFolder folder;
    const auto failure = [&](const std::string& amp, const std::string& fields = "") {
        Player player(
            folder.write("voice.lua", "local dsp = require 'dsp'\nreturn { start = function(self) self.amp = " + amp +
                                          " end, sample = function() return 0 end, " + fields + " }"));
        player.start();
        return player.error;
    };
    CHECK_THAT(failure("dsp.decay(0.1)"),
               Catch::Contains("voice.lua: self.amp is dsp.decay and cannot be released: use dsp.adsr, or add"));
    CHECK_THAT(failure("0.5", "done = function() return true end"),
               Catch::Contains("voice.lua: self.amp is a number and cannot be released"));
    CHECK(failure("dsp.decay(0.1)", "release = function() end") == "");
    CHECK(failure("dsp.adsr_exp()") == "");
}

TEST_CASE("messages name dsp objects as scripts do") {
    const ScriptFolder folder;
    Player player(
        folder.write("voice.lua", ScriptFolder::voice("self.osc:retune(3) return 0", "self.osc = dsp.saw()")));
    REQUIRE(player.start());
    CHECK_FALSE(player.render());
    CHECK_THAT(player.error, Catch::Contains("voice.lua:7: dsp.saw has no member 'retune'"));
}

TEST_CASE("dsp objects are created in start and nowhere else") {
    const ScriptFolder folder;
    Player player(folder.write("voice.lua", R"(local dsp = require "dsp"
        return { start = function(self) self.osc = dsp.saw() end, done = function() return false end,
            release = function(self) self.line = dsp.delay(0.1) end,
            sample = function(self) if self.modulation > 0 then local x = dsp.sine() end return 0 end })"));
    const std::string reason = "dsp objects are made in start(self, note), nowhere else";
    for (int note = 0; note < 2; ++note) {
        REQUIRE(player.start());
        REQUIRE(player.render());
        CHECK_FALSE(player.host.release(*player.instance));
        CHECK_THAT(player.host.error(), Catch::Contains("voice.lua:3: dsp.delay: " + reason));
        REQUIRE(player.start());
        player.host.set_control(*player.instance, VoiceControl::modulation, 1);
        CHECK_FALSE(player.render());
        CHECK_THAT(player.error, Catch::Contains("voice.lua:4: dsp.sine: " + reason));
        player.error.clear();
    }
}

TEST_CASE("a parameter that was not declared cannot be read") {
    const ScriptFolder folder;
    const auto failure = [&](const std::string& parameters) {
        Player player(folder.write("voice.lua", "return { parameters = { " + parameters +
                                                    " }, done = function() return false end,\n"
                                                    "sample = function(self) return self.parameters.cutof end }"));
        if (player.start()) player.render();
        return player.error;
    };
    CHECK_THAT(failure("drive = { default = 0 }, cutoff = { default = 0 }"),
               Catch::Contains("voice.lua:2: self.parameters has no \"cutof\"; there are cutoff, drive"));
    CHECK_THAT(failure(""), Catch::Contains("self.parameters has no \"cutof\"; the voice declares none"));
    CHECK(failure("cutof = { default = 0 }") == "");
}

TEST_CASE("errors of the dsp library have the script's line") {
    const ScriptFolder folder;
    Player player(folder.write("voice.lua", ScriptFolder::voice("return 0", "\nself.x = dsp.delay(0 / 0)")));
    CHECK_FALSE(player.start());
    CHECK_THAT(player.error, Catch::Contains("voice.lua:5:") && Catch::Contains("finite"));
    Player other(folder.write(
        "other.lua", ScriptFolder::voice("\n\nlocal x = self.osc:next('high')\nreturn x", "self.osc = dsp.saw()")));
    REQUIRE(other.start());
    CHECK_FALSE(other.render());
    CHECK_THAT(other.error, Catch::Contains("other.lua:9:"));
}
