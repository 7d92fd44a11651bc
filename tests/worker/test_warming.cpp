// Compiling a script before its first note takes no longer than was said.
#include "script-runtime/host/waiting_report.h"
#include "tests/scenes/catch.h"
#include "tests/scenes/script_folder.h"

using namespace forerun;

namespace {

constexpr std::int64_t ms = 1'000'000;

// A quantum of it takes some milliseconds.
const std::string slow_sample = "local x = 0 for i = 1, 50000 do x = x + i % 3 end return 0 * x";

}  // namespace

TEST_CASE("a slow voice is warmed for as long as it may be, in steps of a call, and plays all the same") {
    const ScriptFolder folder;
    Player player(folder.write("slow.lua", ScriptFolder::voice(slow_sample)));
    REQUIRE(player.error == "");
    LuaHost::Warming warming;
    warming.pooled = 4;
    warming.most_nanoseconds = 60 * ms;
    int steps = 0;
    while (!player.host.warm_step(warming, 2 * ms)) ++steps;
    CHECK(warming.given_up);
    CHECK(steps > 1);
    CHECK(warming.notes < 12);
    CHECK(warming.instance == nullptr);
    REQUIRE(player.start());
    CHECK(player.render());
}

TEST_CASE("a usual voice is warmed whole, in steps as in one go") {
    const ScriptFolder folder;
    Player player(std::filesystem::path(FORERUN_SOURCE_DIR) / "scripts/voices/pluck.lua");
    REQUIRE(player.error == "");
    LuaHost::Warming warming;
    warming.pooled = 4;
    int steps = 0;
    while (!player.host.warm_step(warming, 1 * ms)) ++steps;
    CHECK_FALSE(warming.given_up);
    CHECK(steps > 1);
    CHECK(warming.notes == 12);
    CHECK(warming.starts > 100);
    CHECK(player.host.warm(0, 4));
}

TEST_CASE("what fails during warming is reported with its line, and nothing is left of it") {
    const ScriptFolder folder;
    Player player(folder.write("bad.lua", ScriptFolder::voice("if self.quality == 1 then error('no') end return 0")));
    REQUIRE(player.error == "");
    LuaHost::Warming warming;
    warming.pooled = 4;
    const auto error = bad_input([&] {
        while (!player.host.warm_step(warming)) {
        }
    });
    CHECK_THAT(error, Catch::Contains("bad.lua:7: no"));
    CHECK(warming.instance == nullptr);
}

TEST_CASE("long waits are reported after a second, and once") {
    std::vector<std::string> lines;
    const ScriptRuntime::Waiting waiting = [&](const std::string& line) { lines.push_back(line); };
    auto now = std::chrono::steady_clock::time_point{};
    WaitingReport report(waiting, now);
    const auto look_after = [&](int milliseconds, const char* text) {
        now += std::chrono::milliseconds(milliseconds);
        report.update([&] { return std::string(text); }, now);
    };
    look_after(999, "a");
    CHECK(lines.empty());
    look_after(1, "a");
    look_after(5000, "a");
    CHECK(lines == std::vector<std::string>{"a"});
    look_after(500, "b");
    CHECK(lines.size() == 1);
    look_after(500, "c");
    CHECK(lines == std::vector<std::string>{"a", "c"});
}
