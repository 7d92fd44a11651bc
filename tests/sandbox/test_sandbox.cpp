// What scripts must not be able to do, and the replacements for Lua's own functions.

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <set>
#include <sstream>

#include "tests/scenes/catch.h"
#include "tests/scenes/script_folder.h"

using namespace forerun;

namespace {

// Runs `code` at the top of a script, while its chunk runs. The error; empty when it passed.
std::string at_top(const std::string& code, const LuaHostOptions& options = host_options()) {
    const ScriptFolder folder;
    const Player player(folder.write("script.lua", ScriptFolder::voice("return 0", "", code)), options);
    return player.error;
}

// Runs `code` in a sounding voice.
std::string in_sample(const std::string& code, const std::string& start = "") {
    const ScriptFolder folder;
    Player player(folder.write("script.lua", ScriptFolder::voice(code + "\nreturn 0", start)));
    if (player.start()) player.render();
    return player.error;
}

}  // namespace

TEST_CASE("functions that access the system are missing, and the message says so") {
    const std::string name =
        GENERATE(as<std::string>{}, "io", "os", "debug", "package", "coroutine", "collectgarbage", "setfenv", "getfenv",
                 "load", "loadstring", "dofile", "loadfile", "newproxy", "module", "gcinfo", "jit", "ffi");
    CAPTURE(name);
    const auto error = at_top("local x = " + name);
    CHECK_THAT(error, Catch::Contains("script.lua:2: " + name + " is not available"));
    CHECK(at_top("local x = rawget(_G, '" + name + "'); assert(x == nil)") == "");
}

TEST_CASE("print works for audible notes and the file's first run, not while warming up") {
    const ScriptFolder folder;
    const auto file = folder.write(
        "script.lua", ScriptFolder::voice("return 0", "print('started', note.key)", "print('top of the file')"));
    const auto log = folder.path() / "stderr.txt";
    // What the process writes to standard error meanwhile goes into the file.
    std::fflush(stderr);
    const int kept = ::dup(2);
    REQUIRE(std::freopen(log.c_str(), "w", stderr) != nullptr);
    std::string error;
    {
        Player player(file);
        player.start({41});  // a try-out: not warmed yet
        player.host.is_rig(file);
        player.host.warm(0, 4);
        player.start({42});
        error = player.error;
    }
    std::fflush(stderr);
    ::dup2(kept, 2);
    ::close(kept);
    std::ostringstream all;
    all << std::ifstream(log).rdbuf();
    CHECK(error == "");
    CHECK_THAT(all.str(),
               Catch::Contains("script.lua: top of the file\n") && Catch::EndsWith("script.lua: started 42\n"));
    const auto shown = all.str();
    CHECK(std::count(shown.begin(), shown.end(), '\n') == 2);
}

TEST_CASE("require gives dsp and files beside the script, nothing else") {
    const std::string module =
        GENERATE("jit.util", "table.clone", "../secret", "/etc/passwd", "a/b", "dsp.saw", "", "..");
    CAPTURE(module);
    CHECK_THAT(at_top("require('" + module + "')"),
               Catch::Contains("script.lua:2: require: give \"dsp\" or the name of a file"));
}

TEST_CASE("require explains that modules which access the system are missing") {
    const std::string module = GENERATE(as<std::string>{}, "ffi", "io", "os", "jit", "debug", "package", "coroutine");
    CHECK_THAT(at_top("require('" + module + "')"),
               Catch::Contains("script.lua:2: " + module +
                               " is not available to voice scripts (forerun --trust opens the whole language)"));
    auto trusting = host_options();
    trusting.trust = true;
    CHECK(at_top("require('" + module + "')", trusting) == "");
}

TEST_CASE("a module beside the script runs in the same sandbox, once per instance") {
    const ScriptFolder folder;
    folder.write("counter.lua", "assert(rawget(_G, 'io') == nil)\nruns = (runs or 0) + 1\nreturn { runs = runs }");
    const auto file = folder.write("script.lua", ScriptFolder::voice("return a.runs + b.runs + runs", "",
                                                                     "a = require 'counter'\nb = require 'counter'"));
    Player player(file);
    for (int note = 0; note < 3; ++note) {
        REQUIRE(player.start());
        REQUIRE(player.render());
        CHECK(player.host.left()[0] == 3.0f);
    }
    folder.write("loop.lua", "local x = require 'loop'\nreturn x");
    const Player looping(folder.write("looping.lua", ScriptFolder::voice("return 0", "", "require 'loop'")));
    CHECK_THAT(looping.error, Catch::Contains("loop.lua:1: require: loop requires itself"));
    folder.write("broken.lua", "return {\n  1,\n  +\n}");
    const Player broken(folder.write("breaking.lua", ScriptFolder::voice("return 0", "", "require 'broken'")));
    CHECK_THAT(broken.error, Catch::Contains("broken.lua:3: unexpected symbol near '+'"));
    const Player missing(folder.write("missing.lua", ScriptFolder::voice("return 0", "", "require 'nowhere'")));
    CHECK_THAT(missing.error,
               Catch::Contains("missing.lua:2:") && Catch::Contains("nowhere.lua: there is no such file"));
}

TEST_CASE("bytecode is refused, in a script and beside it") {
    const ScriptFolder folder;
    // The header alone must do: LuaJIT's parser of bytecode trusts what it reads.
    const std::string bytecode("\x1bLJ\x02\x02\x00", 6);
    CHECK_THAT(Player(folder.write("code.lua", bytecode)).error, Catch::Contains("code.lua: is compiled bytecode"));
    folder.write("beside.lua", bytecode);
    CHECK_THAT(Player(folder.write("script.lua", ScriptFolder::voice("return 0", "", "require 'beside'"))).error,
               Catch::Contains("beside.lua: is compiled bytecode"));
    CHECK(at_top("assert(string.dump == nil)") == "");
}

TEST_CASE("texts share a metatable that scripts cannot reach") {
    CHECK(at_top("assert(getmetatable('') == false)") == "");
    CHECK(at_top("assert(not pcall(setmetatable, '', {}))") == "");
    CHECK(at_top("assert(('x'):rep(3) == 'xxx' and ('abc'):upper() == 'ABC' and ('abc').len == string.len)") == "");
    CHECK(at_top("assert(('x').dump == nil)") == "");
}

TEST_CASE("changes that one voice makes to its libraries are invisible to other voices") {
    const ScriptFolder folder;
    const auto vandal = folder.write("vandal.lua", ScriptFolder::voice("return 0", R"(
        pcall(function() dsp.saw = nil end)
        pcall(rawset, dsp, 'saw', 1)
        pcall(table.insert, dsp, 'left behind')
        math.floor, string.rep, table.insert, bit.band = nil, nil, nil, nil
        x_global = 1
        pcall(function() string.len = nil end)
        math.left_behind, string.left_behind = 1, 1
        for name in pairs(_G) do if name ~= '_G' and name ~= 'pairs' then _G[name] = nil end end)"));
    const auto victim = folder.write("victim.lua", ScriptFolder::voice("return self.osc:next(440)", R"(
        assert(math.floor and string.rep and table.insert and bit.band and string.len)
        assert(x_global == nil and dsp[1] == nil and math.left_behind == nil and string.left_behind == nil)
        assert(('').left_behind == nil)
        self.osc = dsp.saw())"));
    Player player(vandal);
    REQUIRE(player.error == "");
    REQUIRE(player.start());
    player.host.load_instrument(1, player.host.describe(victim));
    auto* other = player.host.take(1);
    CHECK(player.host.start(*other, {}));
    CHECK(player.host.error() == "");
    // Nor does the next note of the same script.
    CHECK(player.start());
}

TEST_CASE("a note leaves nothing in the next note of its script") {
    const ScriptFolder folder;
    Player player(folder.write(
        "counting.lua",
        ScriptFolder::voice("count = (count or 0) + 1; notes = notes + 1; return notes",
                            "assert(count == nil and self.seen == nil); self.seen = 1", "local notes = 0")));
    for (int note = 0; note < 20; ++note) {
        REQUIRE(player.start());
        REQUIRE(player.render());
        CHECK(player.host.left()[0] == 1.0f);
        CHECK(player.host.left()[63] == 64.0f);
    }
}

TEST_CASE("the dsp library is read-only") {
    CHECK_THAT(at_top("dsp.saw = 1"), Catch::Contains("script.lua:2: dsp is read-only"));
    CHECK(at_top("assert(not pcall(rawset, dsp, 'saw', 1))") == "");
    CHECK(at_top("assert(getmetatable(dsp) == false)") == "");
    CHECK(at_top("assert(not pcall(setmetatable, dsp, nil))") == "");
    CHECK_THAT(at_top("local x = dsp.saw()"), Catch::Contains("script.lua:2:") && Catch::Contains("start"));
}

TEST_CASE("weak tables and finalizers are refused") {
    CHECK_THAT(at_top("setmetatable({}, { ['__' .. 'mode'] = 'k' })"),
               Catch::Contains("script.lua:2: weak tables are not available"));
    CHECK_THAT(at_top("setmetatable({}, { __mode = 'k' })"),
               Catch::Contains("script.lua: weak tables are not available"));
    CHECK_THAT(at_top("setmetatable({}, { __gc = print })"),
               Catch::Contains("script.lua:2: finalizers are not available"));
    CHECK_THAT(at_top("local m = {} setmetatable({}, m) rawset(m, '__mode', 'k')"), Catch::Contains("weak tables"));
    CHECK_THAT(at_top("local m = {} setmetatable({}, m) m.__mode = 'k'"), Catch::Contains("weak tables"));
}

TEST_CASE("tables are walked in one order") {
    const std::string build = R"(
        local t = { 'one', 'two', 'three' }
        for _, key in ipairs { 'pear', 'apple', 'zoo', 'Apple', '', 'b10', 'b9' } do t[key] = 1 end
        t[-1], t[0], t[2.5], t[10], t[1e300] = 1, 1, 1, 1, 1
        t[true], t[false] = 1, 1
        local order = {}
        )";
    const std::string expected = R"(
        assert(table.concat(order, ' ') == '-1 0 1 2 2.5 3 10 1e+300  Apple apple b10 b9 pear zoo false true', table.concat(order, ' ')))";
    CHECK(at_top(build + "for key in pairs(t) do order[#order + 1] = tostring(key) end" + expected) == "");
    CHECK(at_top(build +
                 "local key = next(t) while key ~= nil do order[#order + 1] = tostring(key) key = next(t, key) end" +
                 expected) == "");
    CHECK(at_top("assert(next({}) == nil)") == "");
    // Leaving out entries on the way is allowed, as in Lua.
    CHECK(at_top("local t, n = { a = 1, b = 2, c = 3 }, 0 for k in pairs(t) do t[k] = nil t.c = nil n = n + 1 end "
                 "assert(n == 2)") == "");
    CHECK(at_top("local n = 0 for i, v in pairs({ 1, 2, 3, 4 }) do n = n * 10 + v end assert(n == 1234)") == "");
    CHECK_THAT(at_top("for k in pairs({ [{}] = 1 }) do end"),
               Catch::Contains("script.lua:2: pairs: a table with keys of type table"));
    CHECK_THAT(at_top("next({ [print] = 1 })"),
               Catch::Contains("script.lua:2: next: a table with keys of type function"));
}

TEST_CASE("no address reaches a script") {
    CHECK(
        at_top(
            "assert(tostring({}) == 'table' and tostring(print) == 'function' and tostring(math.sin) == 'function')") ==
        "");
    CHECK(at_top("assert(string.format('%s %s', {}, print) == 'table function')") == "");
    CHECK_THAT(at_top("string.format('%p', {})"), Catch::Contains("%p is not available"));
    CHECK_THAT(at_top("string.format('%-20p', {})"), Catch::Contains("%p is not available"));
    CHECK(at_top("assert(string.format('%%p %5.1f%%p', 1) == '%p   1.0%p')") == "");
    CHECK(in_sample("assert(tostring(self.osc) == 'dsp.saw'); assert(string.format('%s', self.osc) == 'dsp.saw')",
                    "self.osc = dsp.saw()") == "");
    CHECK(at_top("local ok, e = pcall(function() return {} .. 'x' end) assert(not e:find('0x', 1, true))") == "");
    CHECK(at_top("local ok, e = pcall(error, {}) assert(type(e) == 'table')") == "");
}

TEST_CASE("patterns are available while the chunk runs, and bounded") {
    CHECK(at_top("assert(('a1b22'):gsub('%d+', '#') == 'a#b#' and ('key=value'):match('(%w+)=(%w+)') == 'key')") == "");
    CHECK(at_top("local n = 0 for w in ('a b c'):gmatch('%a') do n = n + 1 end assert(n == 3)") == "");
    CHECK_THAT(at_top("local x = (('a'):rep(40)):find('a*a*a*a*a*a*a*a*a*b')"),
               Catch::Contains("script.lua:2: string.find: the pattern has too many"));
    const std::string call =
        GENERATE("('x'):find('x+')", "('x'):match('x')", "('x'):gmatch('x')", "('x'):gsub('x', 'y')");
    CAPTURE(call);
    CHECK_THAT(in_sample("local x = " + call),
               Catch::Contains("script.lua:7:") && Catch::Contains("is not available while a voice plays"));
    CHECK(in_sample("assert(('a.b'):find('.', 1, true) == 2)") == "");
}

TEST_CASE("an iterator from the top of the file does not match patterns in a sounding voice") {
    const ScriptFolder folder;
    Player player(folder.write(
        "script.lua", ScriptFolder::voice("return words() and 1 or 0", "", "local words = ('a b'):gmatch('%a')")));
    REQUIRE(player.start());
    CHECK_FALSE(player.render());
    CHECK_THAT(player.error, Catch::Contains("is not available while a voice plays"));
}

TEST_CASE("texts are bounded") {
    CHECK_THAT(at_top("local s = ('x'):rep(1e9)"),
               Catch::Contains("script.lua:2: string.rep: the result would be longer than 1 MiB"));
    CHECK_THAT(at_top("local s = ('x'):rep(2, ('y'):rep(1e6))"), Catch::Contains("longer than 1 MiB"));
    CHECK_THAT(at_top("local b = ('x'):rep(600000) local s = ('%s%s'):format(b, b)"),
               Catch::Contains("longer than 1 MiB"));
    CHECK_THAT(at_top("local b, t = ('x'):rep(10000), {} for i = 1, 200 do t[i] = b end local s = table.concat(t)"),
               Catch::Contains("script.lua:2: table.concat: the result would be longer than 1 MiB"));
    CHECK(at_top("assert(('ab'):rep(3, '-') == 'ab-ab-ab' and ('x'):rep(0) == '' and ('x'):rep(-5) == '')") == "");
    CHECK(at_top("assert(table.concat({ 1, 'a', 2.5 }, ', ') == '1, a, 2.5' and table.concat({}) == '')") == "");
}

TEST_CASE("random numbers belong to the voice and come from its seed") {
    const ScriptFolder folder;
    Player player(folder.write("random.lua", ScriptFolder::voice("return math.random()")));
    const auto render = [&](std::uint64_t seed) {
        StartNote note;
        note.seed = seed;
        REQUIRE(player.start(note));
        REQUIRE(player.render());
        return std::vector<float>(player.host.left(), player.host.left() + quantum_frames);
    };
    const auto one = render(1);
    CHECK(render(1) == one);
    CHECK(render(2) != one);
    CHECK(render(0) != one);
    double sum = 0;
    for (const float x : one) {
        CHECK((x >= 0 && x < 1));
        sum += x;
    }
    CHECK(sum / 64 == Approx(0.5).margin(0.2));
    CHECK(std::set<float>(one.begin(), one.end()).size() == one.size());
}

TEST_CASE("math.random keeps its bounds, and randomseed is the voice's own") {
    CHECK(at_top(R"(local seen = {}
        for i = 1, 1000 do local x = math.random(3) assert(x == 1 or x == 2 or x == 3) seen[x] = true end
        assert(seen[1] and seen[2] and seen[3])
        for i = 1, 100 do local x = math.random(-2, 2) assert(x >= -2 and x <= 2 and x % 1 == 0) end
        assert(not pcall(math.random, 0) and not pcall(math.random, 2, 1))
        math.randomseed(7) local a = math.random() math.randomseed(7) assert(math.random() == a)
        math.randomseed(8) assert(math.random() ~= a))") == "");
}

TEST_CASE("the top of a file draws the same numbers in each instance") {
    const ScriptFolder folder;
    Player player(folder.write("random.lua", ScriptFolder::voice("return x", "", "local x = math.random()")));
    REQUIRE(player.start());
    REQUIRE(player.render());
    const float first = player.host.left()[0];
    REQUIRE(player.start());
    REQUIRE(player.render());
    CHECK(player.host.left()[0] == first);
}

TEST_CASE("trusted scripts have the whole language") {
    auto options = host_options();
    options.trust = true;
    CHECK(at_top("assert(io and os and debug and require('ffi') and collectgarbage and loadstring('return 1')() == 1)",
                 options) == "");
    CHECK(at_top("assert(dsp.saw and require('dsp') == dsp)", options) == "");
}

// Each dsp object in turn lies between two guards (other dsp objects). Whatever is done to it and with its methods, the
// guards' fields stay as they were, and the process alive.
TEST_CASE("no misuse of a dsp object affects other objects") {
    const ScriptFolder folder;
    const auto file = folder.write("misuse.lua", R"(local dsp = require "dsp"
local names = { "sine", "saw", "pulse", "triangle", "noise", "svf", "ladder", "onepole", "dcblock", "adsr", "adsr_exp",
                "decay", "ramp", "lfo", "delay", "fm", "glide" }
local methods = { "next", "release", "ended", "level", "high", "low", "pink", "ramp", "read", "write", "square", "strike",
                  "to", "triangle" }
local fields = { "phase", "write_position", "position", "mask", "t", "rise", "fall", "rest", "end_t", "s", "s1", "s2", "s3",
                 "s4", "value", "step", "part", "left", "random_bits", "level", "slow", "per_frame", "release_frames" }
local guard_fields = { "t", "rise", "rise_step", "fall", "fall_step", "rest", "release_frames", "end_t" }
local odd = { 0 / 0, 1 / 0, -1 / 0, 1e300, -1e300, -1, 0, 0.5, 4, 2 ^ 31, -2 ^ 31, 2 ^ 32, 2 ^ 53, 65536, -65537 }
local function guard()
    local object = dsp.adsr(0.3, 0.2, 0.1, 0.4)
    local saved = {}
    for i, name in ipairs(guard_fields) do saved[i] = object[name] end
    return function(what)
        for i, name in ipairs(guard_fields) do
            if object[name] ~= saved[i] then error(what .. " reached its neighbour", 0) end
        end
    end
end
local function misuse(object, others)
    for _, method in ipairs(methods) do
        local known, call = pcall(function() return object[method] end)
        if known and type(call) == "function" then
            for _, number in ipairs(odd) do
                pcall(call, object, number, number, number)
                pcall(call, object, number)
                pcall(call, object, 0.5, number)
            end
            pcall(call, object)
            pcall(call, {}, 1)
            pcall(call, 5, 5)
            pcall(call)
            pcall(call, object, object)
            for _, other in ipairs(others) do pcall(call, other, 1, 2, 3) pcall(call, other) end
        end
    end
    for _, field in ipairs(fields) do
        for _, number in ipairs(odd) do
            pcall(function() object[field] = number end)
            pcall(function() object[number] = number end)
            pcall(function() object:next(number, number, number) end)
            pcall(function() object:write(number) end)
            pcall(function() object:read(number) end)
        end
    end
    pcall(function() return object + 1 end)
    pcall(function() object[0] = 1 object[1] = 1 object[-1] = 1 end)
    pcall(function() for i = -100, 100 do object[i] = 7 end end)
end
return {
    start = function(self, note)
        self.objects, self.guards, self.others = {}, {}, {}
        self.guards[1] = guard()
        for _, name in ipairs(names) do
            if dsp[name] then
                for _, arguments in ipairs { {}, { 0.01 }, { 0.01, 0.01, 0.5, 0.01 }, { -1 }, { 1e9 }, { 0 / 0 } } do
                    local ok, object = pcall(dsp[name], unpack(arguments))
                    if ok then
                        self.objects[#self.objects + 1] = { name, object }
                        self.guards[#self.guards + 1] = guard()
                    end
                end
            end
        end
        for i, entry in ipairs(self.objects) do self.others[i] = entry[2] end
        assert(#self.objects > 20)
    end,
    done = function() return false end,
    sample = function(self)
        for _, entry in ipairs(self.objects) do
            misuse(entry[2], self.others)
            for _, check in ipairs(self.guards) do check("dsp." .. entry[1]) end
        end
        return 0
    end,
})");
    const FlushDenormals flush;
    auto options = host_options();
    options.arena_bytes = 64u << 20;
    options.jit = GENERATE(false, true);
    LuaHost host(options);
    host.load_instrument(0, host.describe(file));
    auto* instance = host.take(0);
    const bool started = host.start(*instance, {});
    REQUIRE((started ? "" : host.error()) == "");
    for (int frame = 0; frame < 2; ++frame) {
        const bool ok = host.render(*instance, 0, frame, 1);
        CHECK((ok ? "" : host.error()) == "");
    }
    host.give_back(instance);
}

TEST_CASE("an index of the output, whatever it is, stays in the quantum") {
    const ScriptFolder folder;
    Player player(folder.write("render.lua", R"(return {
        channels = 2, start = function() end, done = function() return false end,
        render = function(self, out, n)
            for _, i in ipairs { 0 / 0, 1 / 0, -1 / 0, 1e300, -1, 0, 65, 1e9, 2 ^ 31, 2 ^ 53, 0.5 } do
                out[i] = 3
                out.left[i] = 3
                out.right[i] = 3
                local x = out[i] + out.left[i] + out.right[i]
            end
            pcall(function() out.first = 1e9 end)
            pcall(function() out.first = 0 / 0 end)
            out[5] = 3
            pcall(function() out.left = 5 end)
            pcall(function() out["x"] = 5 end)
            pcall(function() out[1] = "x" end)
            pcall(function() out[1] = {} end)
            for i = 1, n do out.left[i], out.right[i] = 0.25, 0.5 end
        end })"));
    REQUIRE(player.start());
    for (int i = 0; i < 200; ++i) REQUIRE(player.render(i % 2 ? 64 : 17));
}
