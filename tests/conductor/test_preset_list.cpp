#include "rt-engine/conductor/preset_list.h"
#include "tests/scenes/catch.h"

using namespace forerun;

TEST_CASE("a program recalls the first preset of the rig that is used, not another rig's") {
    const PresetList presets({{"a", 0, 3, {}}, {"b", 1, 3, {}}, {"c", 0, 3, {}}, {"none", 0, std::nullopt, {}}});
    CHECK(presets.of_program(0, 3) == std::size_t{0});
    CHECK(presets.of_program(1, 3) == std::size_t{1});
    CHECK_FALSE(presets.of_program(0, 4));
    CHECK_FALSE(presets.of_program(0, 256 + 3));
}

TEST_CASE("a preset is kept under the next number only, and stays when the rig's own change") {
    PresetList presets({{"a", 0, 3, {}}});
    presets.keep(2, {"early", 0, 5, {}});
    CHECK(presets.size() == 1);
    presets.keep(1, {"kept", 0, 5, {}});
    presets.keep(1, {"twice", 0, 6, {}});
    REQUIRE(presets.size() == 2);
    presets.change({{"new", 0, 4, {}}});
    CHECK(presets[0].name == "new");
    CHECK(presets[1].name == "kept");
    presets.change({{"1", 0, 1, {}}, {"2", 0, 2, {}}, {"3", 0, 3, {}}});
    CHECK(presets.size() == 2);
}
