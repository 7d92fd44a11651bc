#include "rt-engine/conductor/played_versions.h"
#include "tests/scenes/catch.h"

using namespace forerun;

namespace {
const std::vector<ParameterDescription> old_defaults{{"cutoff", 1, 0, 10, "Hz", false, 5}};
}

TEST_CASE("when the newest version fails, the one before is used again, with its defaults, once") {
    PlayedVersions versions(2);
    versions.use(1, 1, &old_defaults);
    CHECK(versions[0] == 0);
    CHECK(versions[1] == 1);
    std::vector<ParameterDescription> before;
    CHECK(versions.fail(1, 1, before));
    CHECK(versions[1] == 0);
    REQUIRE(before.size() == 1);
    CHECK(before[0].name == "cutoff");
    CHECK_FALSE(versions.fail(1, 1, before));  // another voice of it
    CHECK_FALSE(versions.fail(1, 0, before));  // there is none before the first
}

TEST_CASE("a voice of an older version that fails takes nothing back") {
    PlayedVersions versions(1);
    versions.use(0, 1, nullptr);
    versions.use(0, 2, nullptr);
    std::vector<ParameterDescription> before;
    CHECK_FALSE(versions.fail(0, 1, before));
    CHECK(versions[0] == 2);
}

TEST_CASE("defaults that the rig's file has changed since stay when a version fails") {
    PlayedVersions versions(1);
    versions.use(0, 1, &old_defaults);
    versions.parameters_stay();
    std::vector<ParameterDescription> before;
    CHECK(versions.fail(0, 1, before));
    CHECK(before.empty());
    CHECK_FALSE(versions.knows(1));
}
