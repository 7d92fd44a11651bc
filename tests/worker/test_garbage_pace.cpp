// When garbage is collected, by how much there is.
#include "script-runtime/worker/garbage_pace.h"

#include "tests/scenes/catch.h"

using namespace forerun;

namespace {
constexpr std::uint64_t mib = 1u << 20;
}

TEST_CASE("a cycle begins when a quarter and a MiB have come together, while nothing needs rendering") {
    GarbagePace pace;
    pace.stepped(true, 40 * mib);
    CHECK_FALSE(pace.wants_step(51 * mib - 1, true));
    CHECK(pace.wants_step(51 * mib, true));
    CHECK_FALSE(pace.wants_step(51 * mib, false));
}

TEST_CASE("a cycle goes on to its end, and the next one counts from what it left") {
    GarbagePace pace;
    pace.stepped(true, 40 * mib);
    REQUIRE(pace.wants_step(51 * mib, true));
    pace.stepped(false, 50 * mib);
    CHECK(pace.wants_step(41 * mib, true));  // it is under way
    CHECK_FALSE(pace.wants_step(87 * mib, false));
    CHECK(pace.wants_step(88 * mib, false));  // twice as much: in between, too
    pace.stepped(true, 60 * mib);
    CHECK_FALSE(pace.wants_step(75 * mib, true));
    CHECK(pace.wants_step(76 * mib, true));
    CHECK_FALSE(pace.wants_step(127 * mib, false));
    CHECK(pace.wants_step(128 * mib, false));
}
