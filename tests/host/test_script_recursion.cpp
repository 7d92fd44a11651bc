// Endless recursion of scripts, in every way through C: an ordinary error at the same depth on every thread, and the program
// continues.

#include <pthread.h>

#include <cstdlib>
#include <functional>
#include <memory>
#include <string>

#include "script-runtime/sandbox/sized_thread.h"
#include "script-runtime/sandbox/watchdog.h"
#include "shared/configuration.h"
#include "shared/script_runtime.h"
#include "tests/scenes/catch.h"
#include "tests/scenes/program.h"
#include "tests/scenes/script_folder.h"

using namespace forerun;

namespace {

std::string repeated(const std::string& text, int times) {
    std::string all;
    for (int i = 0; i < times; ++i) all += text;
    return all;
}

// What is wrong with a script that has this at its top; empty when nothing is. What does not return is interrupted.
std::string at_top(const std::string& code, bool jit = true) {
    const ScriptFolder folder;
    auto options = host_options();
    options.jit = jit;
    const auto file = folder.write("script.lua", ScriptFolder::voice("return 0", "", code));
    const FlushDenormals flush;
    LuaHost host(options);
    Watchdog watchdog(1000);
    const Watchdog::Guard guard(watchdog, host);
    return bad_input([&] { host.load_instrument(0, host.describe(file)); });
}

// A stack as threads have where `ulimit -s` is unlimited. Its memory is ours, or the thread would get a larger one that was used
// before.
std::string on_small_thread(const std::function<std::string()>& run) {
    struct Call {
        const std::function<std::string()>& run;
        std::string result;
    } call{run, {}};
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    constexpr std::size_t stack_bytes = 2u << 20;
    const std::unique_ptr<void, void (*)(void*)> stack(std::aligned_alloc(4096, stack_bytes), std::free);
    REQUIRE(pthread_attr_setstack(&attributes, stack.get(), stack_bytes) == 0);
    pthread_t thread;
    const auto body = [](void* given) -> void* {
        auto& of_thread = *static_cast<Call*>(given);
        of_thread.result = of_thread.run();
        return nullptr;
    };
    REQUIRE(pthread_create(&thread, &attributes, body, &call) == 0);
    pthread_attr_destroy(&attributes);
    pthread_join(thread, nullptr);
    return call.result;
}

}  // namespace

TEST_CASE("recursion through C functions that call back is an ordinary error with its line") {
    // table.sort takes little of C's stack, so that Lua's own runs out first.
    const auto code =
        GENERATE(as<std::string>{}, "local function f(x) string.gsub('a', 'a', f) end f()",
                 "local function f(x) return (('a'):gsub('a', f)) end f()",
                 "local t = {} setmetatable(t, { __index = function() return (('a'):gsub('a', t)) end }) local x = t.x",
                 "local function f(a, b) table.sort({ 1, 2 }, f) return false end f()",
                 "local m = {} local function new() return setmetatable({}, m) end "
                 "m.__lt = function(a, b) table.sort({ new(), new() }) return false end table.sort({ new(), new() })",
                 "local f local function g() table.sort({ 1, 2 }, f) return true end "
                 "f = function() string.gsub('a', 'a', g) return true end f()");
    const bool jit = GENERATE(true, false);
    CAPTURE(code, jit);
    const auto error = at_top(code, jit);
    CHECK_THAT(error, Catch::Contains("script.lua:2: "));
    CHECK_THAT(error, Catch::Contains("called from its own") || Catch::Contains("stack overflow"));
    CHECK_THAT(error, !Catch::Contains("\n"));
    // A script that catches it goes on.
    CHECK(at_top("local function all() " + code + " end assert(not pcall(all))", jit) == "");
}

TEST_CASE("what calls back may call back again, some dozen times") {
    CHECK(at_top("local n = 0 local function f() n = n + 1 if n < 50 then string.gsub('a', 'a', f) end end f() "
                 "assert(n == 50)") == "");
    CHECK(at_top("local n = 0 local function f(a, b) n = n + 1 if n < 50 then table.sort({ 2, 1 }, f) end "
                 "return false end table.sort({ 2, 1 }, f) assert(n >= 50)") == "");
}

TEST_CASE("the limit of recursion does not depend on the thread") {
    const std::string count =
        "local n = 0 local function f() n = n + 1 string.gsub('a', 'a', f) end pcall(f) error('depth ' .. n, 0)";
    const auto depth = [](const std::string& error) { return error.substr(error.rfind("depth ")); };
    const auto here = depth(at_top(count));
    const auto elsewhere = depth(on_sized_thread([&] { return at_top(count); }));
    CHECK(here == elsewhere);
    CHECK(depth(on_small_thread([&] { return at_top(count); })) == here);
}

TEST_CASE("endless recursion is an error, through any function") {
    const auto code = GENERATE(
        as<std::string>{}, "local function f() return 1 + f() end f()",
        "local function f() return 1 + f() end pcall(f)", "local function f() pcall(f) end f()",
        "local function f() return (select(2, pcall(f))) end f()", "local function f() xpcall(f, f) end f()",
        "local function f() error(setmetatable({}, { __tostring = f })) end f()",
        "local t = setmetatable({}, { __tostring = function(t) return tostring(t) end }) local s = tostring(t)",
        "local t = setmetatable({}, { __tostring = function(t) return string.format('%s', t) end }) local s = "
        "tostring(t)",
        "local t = setmetatable({}, { __tostring = function(t) print(t) return '' end }) print(t)",
        "local m = {} local t = setmetatable({}, m) m.__index = function(t, k) return t[k .. 1] end local x = t.x",
        "local m = {} local t = setmetatable({}, m) m.__newindex = function(t, k, v) t[k] = v end t.x = 1",
        "local m = {} local t = setmetatable({}, m) m.__index = t local x = t.x",
        "local m = {} local t = setmetatable({}, m) m.__newindex = t t.x = 1",
        "local m = {} local t = setmetatable({}, m) m.__call = t t()",
        "local m = {} local t = setmetatable({}, m) m.__call = function(t) return (t()) end t()",
        "local m = {} local t = setmetatable({}, m) m.__concat = function(a, b) return a .. b end local x = t .. t",
        "local m = {} local a, b = setmetatable({}, m), setmetatable({}, m) "
        "m.__eq = function(a, b) return not (a == b) end local x = a == b",
        "local m = {} local a, b = setmetatable({}, m), setmetatable({}, m) "
        "m.__lt = function(a, b) return not (a < b) end local x = a < b",
        "local m = {} local a, b = setmetatable({}, m), setmetatable({}, m) "
        "m.__le = function(a, b) return not (a <= b) end local x = a <= b",
        "local m = {} local t = setmetatable({}, m) m.__unm = function(a) return -a end local x = -t",
        "local m = {} local t = setmetatable({}, m) m.__add = function(a) return 1 + (a + 1) end local x = t + t",
        "local t = {} for i = 1, 300 do t = setmetatable({}, { __index = t }) end local x = t.x",
        "local f = function() end for i = 1, 1e5 do local g = f f = function() return (g()) end end f()",
        "local x = select('#', unpack({}, 1, 1e8))", "local x = ('x'):byte(1, 1e9), ('x'):rep(2^20):byte(1, -1)",
        "local x = string.char(unpack({}, 1, 7000))", "for i = 1, 100 do local x = { pcall(unpack, {}, 1, 1e6) } end");
    const bool jit = GENERATE(true, false);
    CAPTURE(code, jit);
    const auto error = at_top(code, jit);
    // Some are caught by the script itself, or by LuaJIT at once; what counts is that we are here, with a line.
    if (!error.empty()) CHECK_THAT(error, Catch::Contains("script.lua:") && !Catch::Contains("\n"));
    CHECK(at_top("local x = 1", jit) == "");
}

TEST_CASE("source that is nested too deep is refused with its line") {
    constexpr int deep = 100'000;
    const auto code = GENERATE_COPY(
        "local x = " + repeated("(", deep) + "1" + repeated(")", deep),
        "local x = " + repeated("{", deep) + repeated("}", deep), "local x = " + repeated("not ", deep) + "1",
        "local x = " + repeated("-", 1) + repeated(" -", deep) + "1", "local x = 1" + repeated(" .. 1", deep),
        "local x = 2" + repeated(" ^ 2", deep), repeated("do ", deep) + repeated("end ", deep),
        repeated("local function f() ", deep) + repeated("end ", deep),
        "local x = " + repeated("function() return ", deep) + "1" + repeated(" end", deep),
        repeated("if true then ", deep) + repeated("end ", deep),
        repeated("for i = 1, 1 do ", deep) + repeated("end ", deep),
        "local f f" + repeated("(f", deep) + repeated(")", deep),
        "local f f" + repeated("[f", deep) + repeated("]", deep), "local a a" + repeated(", a", deep) + " = 1",
        "local x = [" + repeated("=", deep) + "[", "local x = " + repeated("1", deep) + "x");
    const auto error = at_top(code);
    CHECK_THAT(error, Catch::Contains("script.lua:"));
    CHECK(error.size() < 700);
}

TEST_CASE("a list of a hundred thousand links is surveyed, copied, carried over and freed without recursion") {
    const ScriptFolder folder;
    const std::string links = "local list for i = 1, 1e5 do list = { after = list } end";
    SECTION("behind an upvalue") {
        Player player(folder.write("script.lua", ScriptFolder::voice("return list.after and 0 or 0", "", links)));
        REQUIRE(player.start());
        CHECK(player.render());
        Checkpoint checkpoint;
        CHECK(player.host.save_checkpoint(*player.instance, checkpoint));
        CHECK(player.host.restore_checkpoint(*player.instance, checkpoint));
        player.host.collect_all();
    }
    SECTION("in self") {
        const auto file = folder.write("script.lua", ScriptFolder::voice("return 0", "self.list = list", links));
        Player player(file);
        REQUIRE(player.start());
        CHECK(player.render());
        Checkpoint checkpoint;
        CHECK_FALSE(player.host.save_checkpoint(*player.instance, checkpoint));
        CHECK_THAT(player.host.error(), Catch::Contains("keeps more than 8192 values"));
        auto* fresh = player.host.carry_over(*player.instance, 0, {}, {}, {});
        CHECK(fresh != nullptr);
    }
    SECTION("functions that keep functions") {
        Player player(folder.write("script.lua", ScriptFolder::voice("return f and 0", "",
                                                                     "local f = 0 for i = 1, 1e5 do local g = f "
                                                                     "f = function() return g end end")));
        REQUIRE(player.start());
        CHECK(player.render());
    }
}

TEST_CASE("a metatable of self is not called outside protected calls") {
    const ScriptFolder folder;
    Player player(folder.write("script.lua",
                               ScriptFolder::voice("return 0",
                                                   "self.pressure, self.modulation, self.timbre, self.quality = nil "
                                                   "setmetatable(self, { __newindex = function() error('no') end })")));
    REQUIRE(player.start());
    player.host.set_control(*player.instance, VoiceControl::pressure, 1);
    player.host.set_control(*player.instance, VoiceControl::modulation, 1);
    player.host.set_control(*player.instance, VoiceControl::timbre, 1);
    player.host.set_quality(*player.instance, 0);
    CHECK(player.render());
}

TEST_CASE("scripts run on a thread whose stack has a known size") {
    // A sanitizer keeps what it knows of a thread on the thread's stack.
    CHECK(on_sized_thread([] { return stack_bytes_left(); }) > script_stack_bytes - (1u << 20));
    CHECK(on_sized_thread([] { return stack_bytes_left(); }) <= script_stack_bytes);
    CHECK_THROWS_AS(on_sized_thread([] { throw BadInput("no"); }), BadInput);
    Configuration configuration;
    configuration.script_path = host_options().script_path;
    const auto scripts = make_script_runtime(configuration);
    const ScriptFolder folder;
    const auto file = folder.write("script.lua", ScriptFolder::voice("return 0", "",
                                                                     "local function f() string.gsub('a', 'a', f) end "
                                                                     "f()"));
    CHECK_THAT(bad_input([&] { scripts->load_voice(file); }), Catch::Contains("called from its own replacement"));
}

TEST_CASE("the shell's stack limit does not affect scripts") {
    const ScriptFolder folder;
    const auto file = folder.write(
        "script.lua",
        ScriptFolder::voice("return 0", "",
                            "local n = 0 local function f() n = n + 1 string.gsub('a', 'a', f) end pcall(f) "
                            "error('depth ' .. n, 0)"));
    const auto under = [&](const std::string& limit) {
        const auto outcome =
            run_shell("ulimit -S -s " + limit + "; " + FORERUN_PROGRAM + " check " + file.string(), "2>&1 >/dev/null");
        CHECK(outcome.code == 2);
        return outcome.text;
    };
    const auto usual = under("8192");
    CHECK_THAT(usual, Catch::Contains("depth "));
    CHECK(under("512") == usual);
}
