// Voices in the Lua host: a script's declarations, its calls and their arguments.
#include <cmath>

#include "tests/scenes/catch.h"
#include "tests/scenes/script_folder.h"

using namespace forerun;

namespace {

std::vector<float> quantum(LuaHost& host) { return {host.left(), host.left() + quantum_frames}; }

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

TEST_CASE("defaults of a voice: name from the file, one channel, middle priority") {
    const ScriptFolder folder;
    const Player player(folder.write("plain.lua", ScriptFolder::voice("return 0")));
    REQUIRE(player.error == "");
    CHECK(player.description.name == "plain");
    CHECK(player.description.channels == 1);
    CHECK(player.description.priority == 50);
}

TEST_CASE("self has the values of the note, the wheel and the rig, and follows them") {
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
    StartNote note{.key = 69, .velocity = 0.5, .frequency_hz = 440, .quality = 1, .parameters = values};
    note.controls[VoiceControl::bend] = 2;
    note.controls[VoiceControl::pressure] = 0.25;
    note.controls[VoiceControl::modulation] = 0.75;
    auto* voice = host.take(0);
    const bool started = host.start(*voice, note);
    REQUIRE((started ? "" : host.error()) == "");
    REQUIRE(host.render(*voice, 0, 0, 64));
    CHECK(host.left()[0] == 880 + 3000 + 40000 + 0.5f);
    host.set_pitch(*voice, 440, 0.5);
    host.set_parameter(*voice, 1, 5);
    host.set_quality(*voice, 2);
    REQUIRE(host.render(*voice, 64, 0, 64));
    CHECK(host.left()[0] == 220 + 3000 + 50000 + 1);
    bool is_done = true;
    REQUIRE(host.done(*voice, is_done));
    CHECK_FALSE(is_done);
    host.set_control(*voice, VoiceControl::pressure, 1);
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
            if (i == 50) host.set_pitch(*voice, 440, 1.05);
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

TEST_CASE("a voice may use the names self.note and self.frequency for itself, a bend still works") {
    const ScriptFolder folder;
    Player player(folder.write(
        "voice.lua", ScriptFolder::voice("return self.frequency", "self.note = note.key note.frequency = 1")));
    REQUIRE(player.start());
    player.host.set_pitch(*player.instance, 440, 0.5);
    CHECK(player.render());
    CHECK(player.error == "");
    CHECK(player.host.left()[0] == 220.0f);
}

TEST_CASE("release gets the note and its release velocity") {
    const ScriptFolder folder;
    Player player(folder.write("voice.lua", R"(return { start = function(self) self.x = 0 end,
        release = function(self, note) self.x = note.key + note.velocity + note.release_velocity end,
        done = function() return false end, sample = function(self) return self.x end })"));
    StartNote note;
    note.key = 69;
    note.velocity = 0.5;
    REQUIRE(player.start(note));
    REQUIRE(player.host.release(*player.instance, 0.25));
    REQUIRE(player.render());
    CHECK(player.host.left()[0] == 69.75f);
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
