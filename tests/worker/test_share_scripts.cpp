// A share's scripts without its voices: warmed, reloaded, their garbage collected.
#include "script-runtime/worker/share_scripts.h"

#include "tests/scenes/catch.h"
#include "tests/scenes/script_folder.h"

using namespace forerun;

namespace {

struct Scripts {
    explicit Scripts(const std::string& script = ScriptFolder::voice("return 0.1")) {
        LuaHost host(host_options());
        rig.instruments.push_back(host.describe(folder.write("voice.lua", script)));
        rig.instruments.push_back(rig.instruments[0]);
    }
    const FlushDenormals flush;
    ScriptFolder folder;
    Rig rig;
    WorkerLine line;
    ActivityLine activity{line, nullptr};
};

}  // namespace

TEST_CASE("every instrument is warmed, and others see which one is") {
    Scripts scene;
    ShareScripts scripts(host_options(), scene.rig, scene.line, scene.activity);
    std::atomic<std::int32_t> present{7};
    CHECK(scripts.warm(present).empty());
    CHECK(present == -1);
    CHECK(scripts.host().take(0) != nullptr);
    CHECK(scripts.host().take(1) != nullptr);
}

TEST_CASE("garbage is collected when enough has come together, and counted") {
    Scripts scene;
    ShareScripts scripts(host_options(), scene.rig, scene.line, scene.activity);
    std::atomic<std::int32_t> present{0};
    scripts.warm(present);
    CHECK_FALSE(scripts.collect_step(true));
    CHECK(scene.line.lua_bytes > 0);
    scripts.host().make_garbage(8u << 20);
    const auto much = scripts.host().lua_bytes();
    int steps = 0;
    while (scripts.collect_step(true)) REQUIRE(++steps < 100'000);
    CHECK(steps > 0);
    CHECK(scene.line.garbage_step_nanoseconds.count() == static_cast<std::uint64_t>(steps));
    CHECK(scene.line.garbage_nanoseconds > 0);
    CHECK(scripts.host().lua_bytes() < much);
    CHECK(WorkerActivity::unpacked(scene.line.activity).activity == Activity::idle);
}

TEST_CASE("a new version is made ready in steps, beside the old one") {
    Scripts scene;
    ShareScripts scripts(host_options(), scene.rig, scene.line, scene.activity);
    std::atomic<std::int32_t> present{0};
    scripts.warm(present);
    CHECK_FALSE(scripts.prepare_step());
    ScriptReload reload;
    reload.texts.push_back({scene.rig.instruments[0].script, ScriptFolder::voice("return 0.2")});
    reload.instruments.push_back({0, scene.rig.instruments[0]});
    reload.instruments[0].description.version = 1;
    auto done = scripts.prepare(reload);
    int steps = 0;
    while (scripts.prepare_step()) REQUIRE(++steps < 1000);
    CHECK(steps > 1);
    REQUIRE(done.wait_for(std::chrono::seconds(0)) == std::future_status::ready);
    CHECK(done.get() == nullptr);
    CHECK(scripts.versions().has(0, 1));
    CHECK_FALSE(scripts.versions().has(1, 1));
}
