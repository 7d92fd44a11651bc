// New versions of scripts are made ready in steps, beside voices that sound; whoever asked learns how it went.
#include "script-runtime/worker/script_preparation.h"

#include "tests/scenes/catch.h"
#include "tests/scenes/script_folder.h"

using namespace forerun;

namespace {

constexpr double depth_nanoseconds = 500e6;

// A worker's part of it: a host with one instrument, whose script is changed.
struct Preparing {
    Preparing() : player(folder.write("voice.lua", ScriptFolder::voice("return 0"))) {
        REQUIRE(player.error == "");
        Rig rig;
        rig.instruments.push_back(player.description);
        versions.emplace(rig);
    }
    ScriptReload reload(const std::string& text, std::uint16_t version) const {
        ScriptReload changed;
        changed.texts.push_back({player.description.script, text});
        changed.instruments.push_back({0, player.description});
        changed.instruments.back().description.version = version;
        return changed;
    }
    // How many steps it took.
    int finish() {
        int steps = 0;
        for (; preparation.has_work(); ++steps) preparation.step(player.host, *versions);
        return steps;
    }

    ScriptFolder folder;
    Player player;
    std::optional<ScriptVersions> versions;
    ScriptPreparation preparation;
};

bool is_ready(const std::future<std::exception_ptr>& done) {
    return done.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
}

}  // namespace

TEST_CASE("a new version is there when its future is, and not before") {
    Preparing scene;
    CHECK_FALSE(scene.preparation.has_work());
    auto done = scene.preparation.prepare(scene.reload(ScriptFolder::voice("return 0.5"), 1));
    REQUIRE(scene.preparation.has_work());
    CHECK_FALSE(scene.versions->has(0, 1));
    scene.preparation.step(scene.player.host, *scene.versions);
    CHECK(scene.versions->has(0, 1));
    CHECK_FALSE(is_ready(done));  // compiled, but not warm
    CHECK(scene.finish() >= 1);
    REQUIRE(is_ready(done));
    CHECK_FALSE(done.get());
    auto* instance = scene.player.host.take(scene.versions->at(0, 1).host_index);
    REQUIRE(instance);
    REQUIRE(scene.player.host.start(*instance, StartNote{}));
    REQUIRE(scene.player.host.render(*instance, 0, 0, quantum_frames));
    CHECK(scene.player.host.left()[0] == 0.5f);
}

TEST_CASE("a version that fails while it is made ready is reported, and the next one is prepared all the same") {
    Preparing scene;
    auto failed = scene.preparation.prepare(scene.reload("return {", 1));
    scene.finish();
    REQUIRE(is_ready(failed));
    const auto thrown = failed.get();
    REQUIRE(thrown);
    CHECK(bad_input([&] { std::rethrow_exception(thrown); }).find("voice.lua:1") != std::string::npos);
    auto done = scene.preparation.prepare(scene.reload(ScriptFolder::voice("return 0.25"), 2));
    scene.finish();
    REQUIRE(is_ready(done));
    CHECK_FALSE(done.get());
}

TEST_CASE("steps are made while all rings are deep, and else now and then") {
    Preparing scene;
    auto& preparation = scene.preparation;
    auto done = preparation.prepare(scene.reload(ScriptFolder::voice("return 0"), 1));
    REQUIRE(preparation.has_work());
    preparation.step(scene.player.host, *scene.versions);
    const auto now = monotonic_nanoseconds();
    CHECK(preparation.may_step(now, true, depth_nanoseconds));
    CHECK_FALSE(preparation.may_step(now, false, depth_nanoseconds));
    CHECK(preparation.may_step(now + 100'000'000'000, false, depth_nanoseconds));
    // A step that took more than a quarter of the depth is not made beside voices, deep or not.
    CHECK_FALSE(preparation.may_step(now, true, 1));
    scene.finish();
}
