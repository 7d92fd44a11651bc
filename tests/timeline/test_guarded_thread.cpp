// A thread that fails reports to its owner; it never ends the program.
#include "shared/threads/guarded_thread.h"

#include <stdexcept>
#include <string>

#include "tests/scenes/catch.h"
#include "tests/scenes/live_engine.h"
#include "tools/live/script_watcher.h"

using namespace forerun;

TEST_CASE("what a thread's function throws becomes a line for its owner") {
    std::string failure;
    GuardedThread failing([] { throw std::runtime_error("no more of it"); }, [&](const char* why) { failure = why; });
    failing.join();
    CHECK(failure == "no more of it");
    GuardedThread strange([] { throw 5; }, [&](const char* why) { failure = why; });
    strange.join();
    CHECK(failure == "an exception of no known kind");
    failure = "";
    GuardedThread fine([] {}, [&](const char* why) { failure = why; });
    fine.join();
    CHECK(failure.empty());
}

TEST_CASE("a watched file that becomes a link to itself is reported, and the voices beside it are still reloaded") {
    const bool was_link = GENERATE(false, true);
    CAPTURE(was_link);
    const ScriptFolder folder;
    const auto broken = folder.path() / "a.lua";
    folder.write(was_link ? "one/a.lua" : "a.lua", ScriptFolder::voice("return 0.1"));
    if (was_link) std::filesystem::create_symlink("one/a.lua", broken);
    const auto other = folder.write("b.lua", ScriptFolder::voice("return 0.1"));
    const auto rig = folder.write(
        "rig.lua", "return { instruments = { { voice = 'a', channel = 1 }, { voice = 'b', channel = 2 } } }");
    LiveEngine live(rig);
    std::filesystem::remove(broken);
    std::filesystem::create_symlink("a.lua", broken);
    CHECK_THAT(bad_input([&] { live.engine.reload(broken); }), Catch::Contains("a.lua"));

    ScriptWatcher watcher(live.engine);
    folder.write("b.lua", ScriptFolder::voice("return 0.25 "));
    std::string lines;
    CHECK(live.wait_until([&] {
        for (const auto& line : watcher.take_lines()) lines += line + "\n";
        return lines.find("b.lua reloaded") != std::string::npos;
    }));
    INFO(lines);
}
