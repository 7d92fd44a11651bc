// Scripts that do not return are stopped, wherever they are, and the host continues.

#include "script-runtime/sandbox/watchdog.h"
#include "tests/scenes/catch.h"
#include "tests/scenes/script_folder.h"

using namespace forerun;

namespace {

LuaHostOptions watched_options() {
    auto options = host_options();
    options.watchdog_milliseconds = 20;
    return options;
}

// The host under test and a watchdog with a short limit, as workers have it.
struct Watched {
    explicit Watched(const std::filesystem::path& script, LuaHostOptions options = watched_options())
        : watchdog(options.watchdog_milliseconds), host(options), guard(watchdog, host) {
        problem = bad_input([&] {
            description = host.describe(script);
            host.load_instrument(0, description);
        });
    }
    Watchdog watchdog;
    const FlushDenormals flush;
    LuaHost host;
    Watchdog::Guard guard;
    InstrumentDescription description;
    std::string problem;
};

const std::string reason = "did not return within 20 ms";

}  // namespace

TEST_CASE("an endless loop in sample is stopped and reported, and other voices continue") {
    const std::string body = GENERATE(
        as<std::string>{},     //
        "while true do end",   //
        "repeat until false",  //
        "local x = 0; for i = 1, 1e15 do x = x + i end; return x",
        "while true do pcall(function() while true do end end) end", "while true do pcall(error, 'no') end",
        "local function f() return pcall(f) end; while true do f() end",
        "while true do xpcall(function() while true do end end, function() while true do end end) end",
        "xpcall(function() error('a') end, function() while true do end end)",
        "local function f() return f() end; return f()",
        "local t = setmetatable({}, { __index = function(t, k) while true do end end }); return t.x",
        "local t = setmetatable({}, { __add = function() while true do end end }); return t + 1",
        "local t = setmetatable({}, { __tostring = function() while true do end end }); return tostring(t)",
        "local t = {}; for i = 1, 1000 do t[i] = -i end; table.sort(t, function(a, b) while true do end end)",
        "for k in next, {} do end; for k in function() return 1 end do end", "for i = 1, 1e15 do local t = { i } end",
        "local function f() local x = f() return x end; while true do pcall(f) end",
        "for i = 1, 1e15 do math.random() end", "while true do self.osc:next(440) end",
        "while true do local s = ('x'):rep(1000000) end", "while true do local s = string.format('%s', 'x') end");
    CAPTURE(body);
    const ScriptFolder folder;
    const auto file = folder.write("endless.lua", ScriptFolder::voice(body, "self.osc = dsp.saw()"));
    Watched watched(file);
    REQUIRE(watched.problem == "");
    auto& host = watched.host;
    const auto good = folder.write("good.lua", ScriptFolder::voice("return 0.25"));
    host.load_instrument(1, host.describe(good));

    auto* endless = host.take(0);
    REQUIRE(host.start(*endless, {}));
    CHECK_FALSE(host.render(*endless, 0, 0, quantum_frames));
    CHECK_THAT(host.error(), Catch::EndsWith(reason));
    CHECK_THAT(host.error(), Catch::Contains("endless.lua:"));
    // The failed one stays failed, without being called.
    const auto error = host.error();
    CHECK_FALSE(host.render(*endless, 64, 0, quantum_frames));
    CHECK(host.error() == error);
    host.give_back(endless);

    auto* voice = host.take(1);
    REQUIRE(host.start(*voice, {}));
    for (int i = 0; i < 200; ++i) REQUIRE(host.render(*voice, i * quantum_frames, 0, quantum_frames));
    CHECK(host.left()[63] == 0.25f);
    host.give_back(voice);
}

TEST_CASE("an endless chunk is stopped while it is loaded") {
    const ScriptFolder folder;
    Watched watched(folder.write("top.lua", "local x = 0\nwhile true do\n  x = x + 1\nend\n"));
    CHECK_THAT(watched.problem, Catch::Contains("top.lua:") && Catch::EndsWith(reason));
}

TEST_CASE("an endless start, release and done are stopped") {
    const ScriptFolder folder;
    Watched watched(folder.write("all.lua", R"(return {
        start = function(self, note) if note.key == 0 then while true do end end end,
        release = function() while true do pcall(string.rep, "x", 10) end end,
        done = function() local t = {} while true do t[1] = 1 end end,
        sample = function() return 0 end })"));
    REQUIRE(watched.problem == "");
    auto& host = watched.host;
    StartNote low;
    low.key = 0;
    auto* first = host.take(0);
    CHECK_FALSE(host.start(*first, low));
    CHECK_THAT(host.error(), Catch::Contains("all.lua:2:") && Catch::EndsWith(reason));
    host.give_back(first);

    auto* second = host.take(0);
    REQUIRE(host.start(*second, {}));
    CHECK_FALSE(host.release(*second));
    CHECK_THAT(host.error(), Catch::Contains("all.lua:3:") && Catch::EndsWith(reason));
    host.give_back(second);

    auto* third = host.take(0);
    REQUIRE(host.start(*third, {}));
    bool is_done = false;
    CHECK_FALSE(host.done(*third, is_done));
    CHECK_THAT(host.error(), Catch::Contains("all.lua:4:") && Catch::EndsWith(reason));
    host.give_back(third);
}

TEST_CASE("an endless rig is stopped") {
    const ScriptFolder folder;
    const auto file = folder.write("endless-rig.lua", "while true do end");
    Watched watched(folder.write("voice.lua", ScriptFolder::voice("return 0")));
    CHECK_THAT(bad_input([&] { watched.host.evaluate_rig(file); }),
               Catch::Contains("endless-rig.lua:1:") && Catch::EndsWith(reason));
}

TEST_CASE("without the compiler an endless loop is stopped as well") {
    const ScriptFolder folder;
    auto options = watched_options();
    options.jit = false;
    Watched watched(folder.write("endless.lua", ScriptFolder::voice("while true do end")), options);
    REQUIRE(watched.problem == "");
    auto* endless = watched.host.take(0);
    REQUIRE(watched.host.start(*endless, {}));
    CHECK_FALSE(watched.host.render(*endless, 0, 0, quantum_frames));
    CHECK_THAT(watched.host.error(), Catch::EndsWith(reason));
    watched.host.give_back(endless);
}

// Interruptions that come just when a call ends must not hit the next one for good: whatever the thread below does, each
// call either works or says that it was interrupted, and once it is quiet every call works.
// (ThreadSanitizer's build has to set LuaJIT's hook from the other thread, see lua_state.cpp, and LuaJIT is no match for
// this many.)
#ifndef FORERUN_SANITIZE_thread
TEST_CASE("interruptions at any moment leave a host that works") {
    const ScriptFolder folder;
    const auto file =
        folder.write("voice.lua", ScriptFolder::voice("return self.osc:next(440)", "self.osc = dsp.saw()"));
    const FlushDenormals flush;
    LuaHost host(watched_options());
    host.load_instrument(0, host.describe(file));
    std::atomic<bool> stop{false};
    std::thread interrupter([&] {
        while (!stop) host.interrupt();
    });
    int failed = 0, worked = 0;
    for (int note = 0; note < 3000 && (note < 300 || failed < 20); ++note) {
        auto* instance = host.take(0);
        if (!instance) {
            CHECK_THAT(host.error(), Catch::Contains(reason));
            ++failed;
            continue;
        }
        bool ok = host.start(*instance, {});
        for (int i = 0; ok && i < 20; ++i) ok = host.render(*instance, i * quantum_frames, 0, quantum_frames);
        if (!ok) CHECK_THAT(host.error(), Catch::Contains(reason));
        ++(ok ? worked : failed);
        host.give_back(instance);
    }
    stop = true;
    interrupter.join();
    CAPTURE(worked, failed);
    CHECK(failed > 0);
    for (int note = 0; note < 20; ++note) {
        auto* instance = host.take(0);
        REQUIRE(instance);
        REQUIRE(host.start(*instance, {}));
        for (int i = 0; i < 100; ++i) REQUIRE(host.render(*instance, i * quantum_frames, 0, quantum_frames));
        host.give_back(instance);
    }
}
#endif
