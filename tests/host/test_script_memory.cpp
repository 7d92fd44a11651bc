// Memory, garbage and compiled code of scripts: limits, no leaks, and preparation before a note needs them.
#include <lua.hpp>

#include "tests/scenes/catch.h"
#include "tests/scenes/script_folder.h"

using namespace forerun;

TEST_CASE("a script that uses too much memory fails in that call, and the memory is freed") {
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

TEST_CASE("garbage does not make a script fail") {
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

TEST_CASE("the instance that uses most memory fails, and the others play on") {
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

TEST_CASE("the arena of a note starts zeroed, whatever the previous one left") {
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

TEST_CASE("playing leaks no memory") {
    const ScriptFolder folder;
    Player player(std::filesystem::path(FORERUN_SOURCE_DIR) / "scripts/voices/subtractive.lua");
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

TEST_CASE("replacing a script leaks no memory, nor does the first one") {
    const ScriptFolder folder;
    const std::string body =
        GENERATE(as<std::string>{},  //
                 "return held[1]", "for k in pairs(few) do self.x = held[k] end return 0",
                 "few[2] = nil for k in pairs(few) do self.x = held[k] end return 0",
                 "for i = 1, 3 do self.s = string.format('abc', i) self.x = held[i] end return 0",
                 "self.k = next(few, self.k) return held[1]", "return held[#tostring(few) - 3]",
                 "table.sort(few, function(a, b) return held[a] < held[b] end) return 0",
                 "local ok, x = pcall(function() return held[1] end) return x",
                 "local ok, x = xpcall(function() return held[0].x end, function() return held[1] end) return x");
    CAPTURE(body);
    const FlushDenormals flush;
    LuaHost host(host_options());
    const auto play = [&](const std::filesystem::path& file) {
        host.load_instrument(0, host.describe(file));
        for (int note = 0; note < 3; ++note) {
            auto* voice = host.take(0);
            REQUIRE(host.start(*voice, {}));
            for (int i = 0; i < 20; ++i) REQUIRE(host.render(*voice, i * 64, 0, 64));
            REQUIRE(host.release(*voice));
            host.give_back(voice);
        }
        for (int times = 0; times < 8; ++times) host.collect_all();
        return host.lua_bytes();
    };
    const auto held = [&](int number, int count) {
        return "held, few = {}, { 1, 2, 3, 4 }\nfor i = 1, " + std::to_string(count) +
               " do held[i] = i end\nlocal n = " + std::to_string(number);
    };
    for (int i = 0; i < 10; ++i) play(folder.write("voice.lua", ScriptFolder::voice(body, "", held(i, 100000))));
    const auto small = play(folder.write("voice.lua", ScriptFolder::voice(body, "", held(10, 4))));
    CHECK(small < 1u << 20);
    std::uint64_t after = small;
    for (int i = 0; i < 70; ++i) after = play(folder.write("voice.lua", ScriptFolder::voice(body, "", held(i, 4))));
    CHECK(after < small + (256u << 10));  // code that shared functions have compiled for a few of them
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
        host.traces();  // is compiled itself
        CHECK(host.traces() >= 64);
        // Soon nothing is compiled, thrown away or allocated any more: neither traces nor garbage. Some of a thousand are late,
        // because LuaJIT draws lots when it tries again; code that is thrown away would be compiled in every round.
        constexpr int most_rounds = 6;
        int rounds = 0;
        for (bool rests = false; !rests && rounds < most_rounds; ++rounds) {
            const auto compiled = host.traces();
            const auto bytes = host.lua_bytes();
            play(10 + 100 * rounds, 100);
            rests = host.lua_bytes() == bytes && host.traces() == compiled;
        }
        CHECK(rounds < most_rounds);
    }
}
