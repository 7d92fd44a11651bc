// Scripts get nothing that differs from run to run: not in error messages, not in output buffers.

#include <string>
#include <vector>

#include "script-runtime/sandbox/thread_time.h"
#include "tests/scenes/catch.h"
#include "tests/scenes/script_folder.h"

using namespace forerun;

namespace {

// What `code`, in a script's start, finds in `text`; with reach_frames as where voices are rewound, or as offline. In capitals:
// what the host itself takes out of messages is in small letters, and here counts what the script sees.
std::string text_of(const std::string& code, std::int32_t reach_frames, const std::string& folder_name) {
    const ScriptFolder folder;
    auto options = host_options();
    options.reach_frames = reach_frames;
    Player player(
        folder.write(folder_name + "/script.lua",
                     ScriptFolder::voice("return 0", code + "\nerror('text: ' .. tostring(text):upper(), 0)")),
        options);
    player.start();
    const auto at = player.error.find("text: ");
    REQUIRE(at != std::string::npos);
    return player.error.substr(at);
}

}  // namespace

TEST_CASE("error messages are the same in every folder, live and offline, and contain no address") {
    const std::string call = GENERATE(
        as<std::string>{}, "dsp.delay({})", "dsp.delay(dsp.delay(1))", "dsp.delay(print)", "dsp.adsr(function() end)",
        "dsp.saw({})", "dsp.saw(setmetatable({}, { __tostring = function() return 'x' end }))", "dsp.glide(0 / 0)",
        "return self.parameters[{}]", "return self.parameters[print]", "return self.clock[{}]", "self.clock.beat = {}",
        "return dsp.delay(1) + 1", "return dsp.delay(1) < 1", "return dsp.delay(1) .. 'x'", "return #dsp.delay(1)",
        "return dsp.delay(1)()", "dsp.delay(1).x = 1", "dsp.saw().phase = {}", "dsp.saw().phase = dsp.delay(1)",
        "return bit.band(dsp.delay(1), 1)", "return math.max(dsp.delay(1), 1)", "return ('x'):rep(dsp.delay(1))",
        "return (dsp.delay(1) or 0) * dsp.delay(0.01)", "dsp.saw().next(dsp.delay(1), 440)",
        "dsp.delay(1).read(dsp.saw(), 3)", "dsp.delay(1).read({}, 3)", "dsp.hz({})", "dsp.hz(print)", "dsp.x = 1",
        "error('a text')", "error('a text', 2)", "local x = nil + 1", "local x = {} < {}", "local x = {} .. print",
        "table.concat({ {} })", "table.concat({ print })", "table.sort({ {}, {} })", "string.rep({}, 1)",
        "string.format('%d', {})", "string.format('%s', nil, {})", "setmetatable(1, {})", "pairs(print)", "next(print)",
        "math.random({})", "math.floor({})", "tonumber({}, 10)", "select({})", "unpack(print)", "require({})",
        "require('no_such_module')", "for i = {}, 1 do end", "assert(false)", "assert(nil, {})", "ipairs()",
        "local t = setmetatable({}, { __index = function(t, k) error('in index') end }) return t.x");
    CAPTURE(call);
    for (const std::string& catcher :
         {"pcall(function() " + call + " end)", "xpcall(function() " + call + " end, function(e) return e end)"}) {
        const auto code = "local _, text = " + catcher;
        const auto text = text_of(code, 0, "here");
        CHECK_THAT(text, !Catch::Contains("0X") && !Catch::Contains("STRUCT") && !Catch::Contains("/"));
        CHECK(text_of(code, 30'000, "a-much-longer-name-of-a-folder/with-another-in-it/and-another") == text);
    }
}

TEST_CASE("a text of any length is caught at once") {
    // Nothing interrupts a search in it: 100 ms of a quadratic one would be minutes.
    const std::string text = GENERATE(as<std::string>{}, "('a'):rep(2^16)", "('a/'):rep(2^15)", "('.lua'):rep(2^14)",
                                      "('a/b.lua'):rep(2^13)", "('struct fr_'):rep(6000)", "('dsp.out_'):rep(8000)");
    CAPTURE(text);
    const ScriptFolder folder;
    const ThreadTime time;
    const auto began = time.nanoseconds();
    Player player(folder.write(
        "script.lua", ScriptFolder::voice("return 0", "local long = " + text +
                                                          "\nlocal ok, caught = pcall(error, long, 0) "
                                                          "assert(not ok and #caught > 0)\n"
                                                          "assert(not xpcall(error, function() end, long, 0))")));
    CHECK(player.start());
    CHECK(player.error == "");
    CHECK(time.nanoseconds() - began < 1'000'000'000);
}

TEST_CASE("an error that a script rethrows has the file's full name") {
    const ScriptFolder folder;
    Player player(folder.write("deep/script.lua", ScriptFolder::voice("return 0", "",
                                                                      "local ok, text = pcall(error, 'no') "
                                                                      "ok, text = pcall(function() local "
                                                                      "x = nil + 1 end) error(text, 0)")));
    CHECK_THAT(player.error, Catch::StartsWith((folder.path() / "deep/script.lua:2: attempt").string()));
}

TEST_CASE("the output's buffers show a render script nothing but its own frames") {
    const ScriptFolder folder;
    const std::string look =
        "local function look(self) local sum = 0 for i = -2, 70 do local k = i if self.out then "
        "sum = sum + self.out[k] + self.out.left[k] + self.out.right[k] end end self.seen = (self.seen or 0) + sum "
        "end\n";
    const auto peek = folder.write(
        "peek.lua",
        look +
            "return { channels = 2, start = look, control = look, release = function(self) look(self) end,\n"
            "render = function(self, out, n) self.out = out\n"
            "for i = 1, n do assert(out[i] == 0 and out.right[i] == 0) end\n"
            "for _, i in ipairs { -1, 0, n + 1, n + 5, 64 - n, 65, 1e9, -1e9, 0 / 0, 0.5 } do\n"
            "  if not (i >= 1 and i <= n) then assert(out[i] == 0 and out.right[i] == 0) end end\n"
            "for i = 1, n do out.left[i], out.right[i] = 0.25, 0.5 end\n"
            "out[n + 1], out[0] = 9, 9 end,\n"
            "done = function(self) look(self) return self.seen ~= 0 end }\n");
    const auto loud = folder.write("loud.lua", ScriptFolder::voice("return 0.75"));
    const bool jit = GENERATE(true, false);
    auto options = host_options();
    options.jit = jit;
    const FlushDenormals flush;
    LuaHost host(options);
    host.load_instrument(0, host.describe(peek));
    host.load_instrument(1, host.describe(loud));
    auto* peeks = host.take(0);
    auto* sounds = host.take(1);
    REQUIRE((host.start(*peeks, {}) && host.start(*sounds, {})));
    for (int quantum = 0; quantum < 200; ++quantum) {
        bool done = true;
        for (const auto& [first, frames] : std::vector<std::pair<int, int>>{{0, 20}, {20, 44}}) {
            REQUIRE(host.render(*sounds, quantum * 64, 0, 64));
            const bool ok = host.render(*peeks, quantum * 64, first, frames);
            CHECK((ok ? "" : host.error()) == "");
            REQUIRE(ok);
            CHECK(host.left()[first] == 0.25f);
            CHECK(host.right()[first + frames - 1] == 0.5f);
            if (frames == 20) CHECK(host.left()[20] == 0.75f);  // a neighbour's, and not touched
        }
        REQUIRE((host.render(*sounds, quantum * 64, 0, 64) && host.done(*peeks, done)));
        REQUIRE_FALSE(done);
    }
    REQUIRE(host.release(*peeks));
}

TEST_CASE("a sample that is not a number is refused with its line, whatever its type") {
    const auto value = GENERATE(as<std::string>{}, "true", "false", "nil", "'0.1'", "{}", "print", "dsp.hz",
                                "self.frequency > 100", "self.osc", "self.clock", "1LL", "dsp");
    const bool jit = GENERATE(true, false);
    CAPTURE(value, jit);
    const ScriptFolder folder;
    auto options = host_options();
    options.jit = jit;
    const std::string head =
        "local dsp = require 'dsp'\nreturn { start = function(self) self.osc = dsp.saw() end, "
        "done = function() end,\n";
    // From some frame on, so that compiled code meets it, too.
    const std::string late = " self.n = (self.n or 0) + 1 local x = 0.5 if self.n > 3000 then x = " + value + " end ";
    const auto error_of = [&](const std::string& script) {
        Player player(folder.write("voice.lua", script), options);
        player.start();
        for (int i = 0; i < 100 && player.error.empty(); ++i) player.render();
        return player.error;
    };
    CHECK_THAT(error_of(head + "sample = function(self)" + late + "return x end }"),
               Catch::Contains("voice.lua:3: sample must return a number, but it returned "));
    CHECK_THAT(error_of(head + "channels = 2,\nsample = function(self)" + late + "return x, 0.5 end }"),
               Catch::Contains("voice.lua:4: sample must return two numbers (channels = 2), but one of them was "));
    CHECK_THAT(error_of(head + "channels = 2,\nsample = function(self)" + late + "return 0.5, x end }"),
               Catch::Contains("voice.lua:4: sample must return two numbers (channels = 2), but one of them was "));
    CHECK_THAT(error_of(head + "render = function(self, out, n)\nfor i = 1, n do" + late + "out[i] = x end end }"),
               Catch::Contains("voice.lua:4: out takes numbers only, it was given "));
    CHECK_THAT(error_of(head + "channels = 2, render = function(self, out, n)\nfor i = 1, n do" + late +
                        "out.right[i] = x end end }"),
               Catch::Contains("voice.lua:4: out takes numbers only, it was given "));
}

TEST_CASE("done returns true or false, not a number") {
    const ScriptFolder folder;
    const auto outcome = [&](const std::string& value) {
        Player player(folder.write(
            "voice.lua", "return { sample = function() return 0 end,\ndone = function() return " + value + " end }"));
        bool done = false;
        if (player.start() && player.check(player.host.done(*player.instance, done)))
            return std::string(done ? "yes" : "no");
        return player.error;
    };
    CHECK(outcome("true") == "yes");
    CHECK(outcome("{}") == "yes");
    CHECK(outcome("false") == "no");
    CHECK(outcome("nil") == "no");
    CHECK_THAT(outcome("0"), Catch::Contains("voice.lua:2: done must return true or false, but it returned a number"));
    CHECK_THAT(outcome("'no'"),
               Catch::Contains("voice.lua:2: done must return true or false, but it returned a string"));
}
