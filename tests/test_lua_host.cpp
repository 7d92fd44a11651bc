// Voices through the Lua host: what a script declares, how it is called, what its failures say, memory, garbage, compiling.
#include <lua.hpp>

#include <cmath>
#include <cstring>
#include <thread>

#include "tests/catch.h"
#include "tests/script_folder.h"

using namespace forerun;

namespace {

std::string description_error(const std::string& text) {
    const ScriptFolder folder;
    return Player(folder.write("voice.lua", text)).error;
}

std::vector<float> quantum(const LuaHost& host) { return {host.left(), host.left() + quantum_frames}; }

const std::filesystem::path voices = std::filesystem::path(FORERUN_SOURCE_DIR) / "scripts" / "voices";

}  // namespace

TEST_CASE("a voice's table becomes its description") {
    const ScriptFolder folder;
    const Player player(folder.write("full.lua", R"(return {
        name = "full", priority = 70, polyphony = 3, channels = 2,
        parameters = {
            tone = { default = 900, minimum = 20, maximum = 18000, unit = "Hz", scale = "log" },
            amount = { default = 0.5 },
        },
        done = function() return true end,
        sample = function() return 0, 0 end })"));
    REQUIRE(player.error == "");
    const auto& d = player.description;
    CHECK(d.name == "full");
    CHECK(d.priority == 70);
    CHECK(d.polyphony == 3);
    CHECK(d.channels == 2);
    CHECK(d.script.is_absolute());
    REQUIRE(d.parameters.size() == 2);
    CHECK(d.parameters[0].name == "amount");
    CHECK(d.parameters[0].maximum == 1.0f);
    CHECK(d.parameters[0].value == 0.5f);
    CHECK(d.parameters[1].name == "tone");
    CHECK(d.parameters[1].logarithmic);
    CHECK(d.parameters[1].unit == "Hz");
    CHECK(d.parameters[1].default_value == 900.0f);
}

TEST_CASE("a voice says nothing: name from the file, one channel, middle priority") {
    const ScriptFolder folder;
    const Player player(folder.write("plain.lua", ScriptFolder::voice("return 0")));
    REQUIRE(player.error == "");
    CHECK(player.description.name == "plain");
    CHECK(player.description.channels == 1);
    CHECK(player.description.priority == 50);
}

TEST_CASE("what is wrong with a script is said with its file and what to do") {
    using Catch::Contains;
    CHECK_THAT(description_error("return {\n  sample = function(self) return 0 end,\n  start = function( end,\n}"),
               Contains("voice.lua:3:"));
    CHECK_THAT(description_error(""), Contains("voice.lua: returns nothing; a voice script returns a table"));
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

TEST_CASE("a long path is named whole") {
    const ScriptFolder folder;
    const std::string long_name(120, 'x');
    CHECK_THAT(Player(folder.write(long_name + "/voice.lua", "error('here')")).error,
               Catch::Contains(long_name + "/voice.lua:1: here"));
    CHECK_THAT(Player(folder.write(long_name + "/other.lua", "x = = 1")).error,
               Catch::Contains(long_name + "/other.lua:1:"));
}

TEST_CASE("a voice that never says when it is done is refused when it starts") {
    const ScriptFolder folder;
    Player player(folder.write(
        "voice.lua", "return { start = function(self) self.amp = {} end, sample = function() return 0 end }"));
    CHECK_FALSE(player.start());
    CHECK_THAT(player.error,
               Catch::Contains("voice.lua: nothing says when the voice is done: set self.amp = dsp.adsr"));
}

TEST_CASE("self has what the note, the wheel and the rig say, and follows them") {
    const ScriptFolder folder;
    Player player(folder.write("self.lua", R"(return {
        parameters = { b = { default = 2, maximum = 9 }, a = { default = 1, maximum = 9 } },
        start = function(self, note)
            assert(note.key == 69 and note.velocity == 0.5 and note.frequency == 440)
            assert(self.note.key == 69 and self.frequency == 880 and self.bend == 2)
            assert(self.pressure == 0.25 and self.modulation == 0.75 and self.quality == 1)
            assert(self.parameters.a == 3 and self.parameters.b == 4)
        end,
        done = function(self) return self.pressure > 0.9 end,
        sample = function(self)
            return self.frequency + self.parameters.a * 1000 + self.parameters.b * 10000 + self.quality * 0.5
        end })"));
    REQUIRE(player.error == "");
    auto& host = player.host;
    const float values[] = {3, 4};
    StartNote note{69, 0.5, 440, 2, 0.25, 0.75, 1, 1, values};
    auto* voice = host.take(0);
    const bool started = host.start(*voice, note);
    REQUIRE((started ? "" : host.error()) == "");
    REQUIRE(host.render(*voice, 0, 0, 64));
    CHECK(host.left()[0] == 880 + 3000 + 40000 + 0.5f);
    host.set_bend(*voice, 0.5);
    host.set_parameter(*voice, 1, 5);
    host.set_quality(*voice, 2);
    REQUIRE(host.render(*voice, 64, 0, 64));
    CHECK(host.left()[0] == 220 + 3000 + 50000 + 1);
    bool is_done = true;
    REQUIRE(host.done(*voice, is_done));
    CHECK_FALSE(is_done);
    host.set_pressure(*voice, 1);
    REQUIRE(host.done(*voice, is_done));
    CHECK(is_done);
    host.give_back(voice);
}

TEST_CASE("an amplitude envelope in self.amp is released and says when the voice is done") {
    const ScriptFolder folder;
    Player player(folder.write("amp.lua", R"(local dsp = require "dsp"
        return { start = function(self) self.amp = dsp.adsr(0.001, 0.001, 0.5, 0.01) end,
                 sample = function(self) return self.amp:next() end })"));
    REQUIRE(player.start());
    bool is_done = true;
    for (int i = 0; i < 100; ++i) REQUIRE(player.render());
    REQUIRE(player.host.done(*player.instance, is_done));
    CHECK_FALSE(is_done);
    CHECK(player.host.left()[63] == 0.5f);
    REQUIRE(player.host.release(*player.instance));
    int quanta = 0;
    while (!is_done && quanta < 100) {
        REQUIRE(player.render());
        REQUIRE(player.host.done(*player.instance, is_done));
        ++quanta;
    }
    CHECK(quanta == 8);  // 480 frames of release: t > 480 after the eighth quantum
    CHECK(player.host.left()[63] == 0.0f);
}

TEST_CASE("sample and render give the same, in whole quanta and in parts") {
    const ScriptFolder folder;
    const std::string head =
        "local dsp = require 'dsp'\nreturn { channels = 2, start = function(self, note) self.a = dsp.saw() "
        "self.amp = dsp.adsr() end,\n";
    const auto by_sample =
        folder.write("by_sample.lua", head +
                                          "sample = function(self) local x = self.a:next(self.frequency) * "
                                          "self.amp:next() return x, -x end }");
    const auto by_render =
        folder.write("by_render.lua", head +
                                          "render = function(self, out, n) for i = 1, n do local x = "
                                          "self.a:next(self.frequency) * self.amp:next() "
                                          "out.left[i], out.right[i] = x, -x end end }");
    std::vector<std::vector<float>> all;
    for (const auto& file : {by_sample, by_render}) {
        for (const int part : {64, 1, 7, 33}) {
            Player player(file);
            REQUIRE(player.start());
            std::vector<float> sound;
            for (int i = 0; i < 50; ++i) {
                REQUIRE(player.render(part));
                sound.insert(sound.end(), player.host.left(), player.host.left() + 64);
                sound.insert(sound.end(), player.host.right(), player.host.right() + 64);
                for (int f = 0; f < 64; ++f) REQUIRE(player.host.left()[f] == -player.host.right()[f]);
            }
            all.push_back(sound);
        }
    }
    CHECK(std::abs(all[0][40 * 128 + 5]) > 0.001f);
    for (std::size_t i = 1; i < all.size(); ++i) CHECK(all[i] == all[0]);
}

TEST_CASE("a voice sounds the same whether its traces are warm or not, and with the compiler off") {
    const std::string name = GENERATE("subtractive", "bass", "keys", "lead", "pad", "drums");
    const auto file = voices / (name + ".lua");
    if (!std::filesystem::exists(file)) return;
    CAPTURE(name);
    const auto sound = [&](bool jit, bool warm) {
        const FlushDenormals flush;
        auto options = host_options();
        options.jit = jit;
        LuaHost host(options);
        const auto description = host.describe(file);
        host.load_instrument(0, description);
        if (warm) host.warm(0, 4);
        std::vector<float> values, all;
        for (const auto& p : description.parameters) values.push_back(p.value);
        StartNote note;
        note.seed = 77;
        note.parameters = values;
        auto* voice = host.take(0);
        REQUIRE(host.start(*voice, note));
        for (int i = 0; i < 200; ++i) {
            if (i == 50) host.set_bend(*voice, 1.05);
            if (i == 100) host.set_quality(*voice, 0);
            if (i == 120) host.set_quality(*voice, 2);
            if (i == 130) REQUIRE(host.release(*voice));
            REQUIRE(host.render(*voice, i * 64, 0, 64));
            const auto q = quantum(host);
            all.insert(all.end(), q.begin(), q.end());
        }
        host.give_back(voice);
        return all;
    };
    const auto cold = sound(true, false);
    double energy = 0;
    for (const float x : cold) energy += x * x;
    CHECK(energy > 0.01);
    CHECK(sound(true, true) == cold);
    CHECK(sound(false, false) == cold);
}

TEST_CASE("a failing voice says file and line, and only that voice is gone") {
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

TEST_CASE("a frame that is no number is told with the function, its line and what it must return") {
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

TEST_CASE("a voice may use the names self.note and self.frequency for itself, a bend still works") {
    const ScriptFolder folder;
    Player player(folder.write(
        "voice.lua", ScriptFolder::voice("return self.frequency", "self.note = note.key note.frequency = 1")));
    REQUIRE(player.start());
    player.host.set_bend(*player.instance, 0.5);
    CHECK(player.render());
    CHECK(player.error == "");
    CHECK(player.host.left()[0] == 220.0f);
}

TEST_CASE("release is given the note") {
    const ScriptFolder folder;
    Player player(folder.write("voice.lua", R"(return { start = function(self) self.x = 0 end,
        release = function(self, note) self.x = note.key + note.velocity end,
        done = function() return false end, sample = function(self) return self.x end })"));
    StartNote note;
    note.key = 69;
    note.velocity = 0.5;
    REQUIRE(player.start(note));
    REQUIRE(player.host.release(*player.instance));
    REQUIRE(player.render());
    CHECK(player.host.left()[0] == 69.5f);
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

TEST_CASE("a message names dsp objects as scripts know them") {
    const ScriptFolder folder;
    Player player(
        folder.write("voice.lua", ScriptFolder::voice("self.osc:retune(3) return 0", "self.osc = dsp.saw()")));
    REQUIRE(player.start());
    CHECK_FALSE(player.render());
    CHECK_THAT(player.error, Catch::Contains("voice.lua:7: dsp.saw has no member 'retune'"));
}

TEST_CASE("dsp objects are made in start and nowhere else") {
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
        player.host.set_modulation(*player.instance, 1);
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

TEST_CASE("filters without a resonance have none") {
    const ScriptFolder folder;
    Player player(folder.write("voice.lua", ScriptFolder::voice(R"(
        local x = self.osc:next(200)
        return self.a:next(x, 900) - self.b:next(x, 900, 0) + self.c:next(x, 900) - self.d:next(x, 900, 0))",
                                                                "self.osc = dsp.saw() self.a, self.b, self.c, self.d = "
                                                                "dsp.ladder(), dsp.ladder(), dsp.svf(), dsp.svf()")));
    REQUIRE(player.start());
    REQUIRE(player.render());
    CHECK(quantum(player.host) == std::vector<float>(quantum_frames, 0.0f));
}

TEST_CASE("the dsp library's complaints name the script's line") {
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

// ---- Memory

TEST_CASE("a script that eats memory fails in that call, and what it ate comes back") {
    const std::string body =
        GENERATE(as<std::string>{},  //
                 "local t = {}; for i = 1, 1e9 do t[i] = i end", "local t = {}; for i = 1, 1e9 do t[i] = { i } end",
                 "local s = 'x'; while true do s = s .. s end",
                 "local t = {}; local i = 0; while true do i = i + 1; t[i] = ('x'):rep(1e6 - i) end",
                 "local t = {}; local i = 0; while true do i = i + 1; t['k' .. i] = i end",
                 "local t = {}; while true do t[#t + 1] = function() return t end end",
                 "while true do pcall(function() local t = {}; for i = 1, 1e9 do t[i] = i end end) end",
                 "self.t = self.t or {}; local t = self.t; for i = 1, 1e9 do t[i] = i + 0.5 end");
    const bool jit = GENERATE(true, false);
    CAPTURE(body, jit);
    const ScriptFolder folder;
    auto options = host_options();
    options.memory_bytes = 32u << 20;
    options.jit = jit;
    Player player(folder.write("greedy.lua", ScriptFolder::voice(body + "\nreturn 0")), options);
    REQUIRE(player.start());
    CHECK_FALSE(player.render());
    CHECK_THAT(player.error, Catch::Contains("greedy.lua") && Catch::EndsWith("used more than 32 MiB of memory"));
    player.host.give_back(player.instance);
    player.instance = nullptr;
    for (int i = 0; i < 4; ++i) player.host.collect_all();
    CHECK(player.host.lua_bytes() < 4u << 20);  // the rest is a buffer of LuaJIT that halves with each cycle
    const auto good = folder.write("good.lua", ScriptFolder::voice("return 0.5"));
    player.host.load_instrument(1, player.host.describe(good));
    auto* voice = player.host.take(1);
    REQUIRE(player.host.start(*voice, {}));
    for (int i = 0; i < 100; ++i) REQUIRE(player.host.render(*voice, i * 64, 0, 64));
    player.host.give_back(voice);
}

TEST_CASE("garbage is no reason to fail") {
    const ScriptFolder folder;
    auto options = host_options();
    options.memory_bytes = 16u << 20;
    Player player(
        folder.write(
            "wasteful.lua",
            ScriptFolder::voice(
                "for i = 1, 2000 do self.n = self.n + 1; self.last = { ('x'):rep(2000) .. self.n } end return 0.5",
                "self.n = 0")),
        options);
    REQUIRE(player.start());
    const bool ok = player.render();  // 256 MB of texts in one call
    CHECK((ok ? "" : player.error) == "");
}

TEST_CASE("a hoarder is found by what it holds, and the others play on") {
    const ScriptFolder folder;
    auto options = host_options();
    options.memory_bytes = 24u << 20;
    // It takes little in each call; the other one makes garbage, too, though less than it takes.
    const auto hoarder = folder.write(
        "hoarder.lua", ScriptFolder::voice("self.i = self.i + 1; self.t[self.i] = ('x'):rep(1000) .. self.i return 0",
                                           "self.t, self.i = {}, 0"));
    const auto wasteful =
        folder.write("wasteful.lua", ScriptFolder::voice("local s = ('y'):rep(200) .. math.random() return 0.5"));
    const FlushDenormals flush;
    LuaHost host(options);
    host.load_instrument(0, host.describe(hoarder));
    host.load_instrument(1, host.describe(wasteful));
    auto* bad = host.take(0);
    auto* good = host.take(1);
    REQUIRE(host.start(*bad, {}));
    REQUIRE(host.start(*good, {}));
    std::string error;
    int quanta = 0;
    for (; quanta < 2000 && error.empty(); ++quanta) {
        if (!host.render(*bad, quanta * 64, 0, 64)) error = host.error();
        const bool ok = host.render(*good, quanta * 64, 0, 64);
        CHECK((ok ? "" : host.error()) == "");
        if (quanta % 10 == 0) host.collect_all();
    }
    CHECK_THAT(error, Catch::Contains("hoarder.lua") && Catch::EndsWith("used more than 24 MiB of memory"));
    host.give_back(bad);
    for (int i = 0; i < 100; ++i) REQUIRE(host.render(*good, (quanta + i) * 64, 0, 64));
    CHECK(host.lua_bytes() < 24u << 20);
}

TEST_CASE("too much dsp state is refused with the figure") {
    const ScriptFolder folder;
    Player player(folder.write("long.lua", ScriptFolder::voice("return 0", "self.line = dsp.delay(60)")));
    CHECK_FALSE(player.start());
    CHECK_THAT(player.error,
               Catch::Contains("long.lua:4: dsp.delay: 60 seconds do not fit") && Catch::EndsWith("; 5.46 would"));
    CHECK(Player(folder.write("fits.lua", ScriptFolder::voice("return 0", "self.line = dsp.delay(5.46)"))).start());
    Player many(folder.write("many.lua", ScriptFolder::voice("return 0", "for i = 1, 1e6 do dsp.saw() end")));
    CHECK_FALSE(many.start());
    CHECK_THAT(many.error,
               Catch::Contains("many.lua:4:") && Catch::Contains("voice needs more than 4194304 bytes of dsp state"));
}

TEST_CASE("the arena of a note starts at zero, whatever the last one left") {
    const ScriptFolder folder;
    Player player(
        folder.write("echo.lua", ScriptFolder::voice("return self.line:next(1, 3000)", "self.line = dsp.delay(0.1)")));
    for (int note = 0; note < 4; ++note) {
        REQUIRE(player.start());
        for (int i = 0; i < 40; ++i) {
            REQUIRE(player.render());
            CHECK(player.host.left()[63] == 0.0f);
        }
        for (int i = 0; i < 10; ++i) REQUIRE(player.render());
        CHECK(player.host.left()[63] == 1.0f);
    }
}

TEST_CASE("playing leaves nothing behind") {
    const ScriptFolder folder;
    Player player(voices / "subtractive.lua");
    REQUIRE(player.error == "");
    player.host.warm(0, 4);
    const auto play = [&](int notes) {
        for (int note = 0; note < notes; ++note) {
            REQUIRE(player.start());
            for (int i = 0; i < 20; ++i) REQUIRE(player.render());
            player.host.refill_pools();
        }
        player.host.give_back(player.instance);
        player.instance = nullptr;
        while (player.host.refill_pools()) {
        }
        player.host.collect_all();
        return player.host.lua_bytes();
    };
    play(50);
    const auto before = play(50);
    const auto after = play(500);
    CHECK(after <= before + 16384);
}

TEST_CASE("collecting in steps comes to an end and frees garbage") {
    const ScriptFolder folder;
    Player player(
        folder.write("wasteful.lua", ScriptFolder::voice("self.t = { self.frequency, math.random() } return 0")));
    REQUIRE(player.start());
    player.host.collect_all();
    for (int i = 0; i < 200; ++i) REQUIRE(player.render());
    const auto full = player.host.lua_bytes();
    int steps = 1;
    while (!player.host.collect_step()) ++steps;
    steps += 1;
    while (!player.host.collect_step()) ++steps;
    CHECK(steps > 10);
    CHECK(player.host.lua_bytes() < full);
}

// ---- Compiling

TEST_CASE("a pool keeps its size, and taking from it runs no chunk") {
    const ScriptFolder folder;
    Player player(folder.write("voice.lua", ScriptFolder::voice("return 0")));
    player.host.warm(0, 3);
    std::vector<Instance*> taken;
    const auto bytes = player.host.lua_bytes();
    for (int i = 0; i < 3; ++i) taken.push_back(player.host.take(0));
    CHECK(player.host.lua_bytes() == bytes);
    taken.push_back(player.host.take(0));
    CHECK(player.host.lua_bytes() > bytes);
    int made = 0;
    while (player.host.refill_pools()) ++made;
    CHECK(made == 3);
    for (auto* instance : taken) player.host.give_back(instance);
}

namespace {

// 64 scripts that differ; each is a voice of its own with a loop of its own.
std::string one_of_many(int number) {
    return "local dsp = require 'dsp'\nreturn { start = function(self, note) self.osc, self.filter, self.amp = "
           "dsp.saw(), dsp.ladder(), "
           "dsp.adsr() end,\nsample = function(self)\nlocal x = self.osc:next(self.frequency * " +
           std::to_string(1 + number * 0.01) + ")\nreturn self.filter:next(x, " + std::to_string(500 + number) +
           ", 0.3) * self.amp:next() end }\n";
}

}  // namespace

TEST_CASE("64 scripts in each of 8 states stay compiled") {
    const ScriptFolder folder;
    std::vector<std::filesystem::path> files;
    for (int i = 0; i < 64; ++i) files.push_back(folder.write("voice" + std::to_string(i) + ".lua", one_of_many(i)));
    std::vector<std::unique_ptr<LuaHost>> hosts;
    const FlushDenormals flush;
    for (int h = 0; h < 8; ++h) {
        hosts.push_back(std::make_unique<LuaHost>(host_options()));
        auto& host = *hosts.back();
        std::vector<Instance*> voices_of_host;
        for (std::uint16_t i = 0; i < 64; ++i) {
            host.load_instrument(i, host.describe(files[i]));
            host.warm(i, 1);
            voices_of_host.push_back(host.take(i));
            REQUIRE(host.start(*voices_of_host.back(), {}));
        }
        const auto play = [&](int from, int quanta) {
            for (int q = from; q < from + quanta; ++q)
                for (auto* voice : voices_of_host) REQUIRE(host.render(*voice, q * 64, 0, 64));
        };
        play(0, 10);
        // Nothing is compiled, thrown away or allocated any more: neither traces nor garbage.
        host.traces();  // is compiled itself
        const auto compiled = host.traces();
        CHECK(compiled >= 64);
        const auto bytes = host.lua_bytes();
        play(10, 100);
        CHECK(host.lua_bytes() == bytes);
        CHECK(host.traces() == compiled);
    }
}
