// The rig that an engine plays: as it was loaded, and as the newest reload left it.
#include "rt-engine/loaded_rig.h"
#include "tests/scenes/catch.h"

using namespace forerun;

namespace {

Rig named(const char* name) {
    Rig rig;
    rig.name = name;
    rig.instruments.emplace_back();
    return rig;
}

}  // namespace

TEST_CASE("the newest rig is the loaded one until a reload, and again when another is loaded") {
    LoadedRig rig;
    CHECK_FALSE(rig.is_loaded());
    rig.load(named("first"), {"first.lua", true});
    CHECK(rig.is_loaded());
    CHECK(rig.source().is_rig);
    CHECK(rig.newest()->name == "first");
    const auto held = rig.newest();

    rig.set_newest(std::make_shared<const Rig>(named("edited")));
    CHECK(rig.newest()->name == "edited");
    CHECK(rig.rig().name == "first");  // as it was loaded it stays
    CHECK(held->name == "first");

    rig.load(named("second"));
    CHECK(rig.newest()->name == "second");
    CHECK(rig.source().file.empty());  // no file's
}

TEST_CASE("what a player has learned belongs to the rig, and to the newest one") {
    LoadedRig rig;
    rig.load(named("stage"));
    CHECK(rig.newest()->mappings.empty());
    ControllerMapping mapping;
    mapping.number = 74;
    mapping.targets.emplace_back();
    Preset preset;
    preset.name = "warm";
    rig.add({mapping}, {preset});
    REQUIRE(rig.newest()->mappings.size() == 1);
    CHECK(rig.newest()->mappings[0].number == 74);
    CHECK(rig.newest()->presets.back().name == "warm");
    CHECK(rig.rig().presets.size() == 1);
}
