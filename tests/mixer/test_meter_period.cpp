// When meters are published: ten times a second, whatever the blocks, and never for no frames.
#include "rt-engine/mixer/level_meter.h"
#include "tests/scenes/catch.h"

using namespace forerun;

TEST_CASE("meters are due once a tenth of a second has been measured, with all frames since the last time") {
    MeterPeriod period(48000);
    CHECK(period.add(4799) == 0);
    CHECK(period.add(2) == 4801);
    CHECK(period.add(4799) == 0);  // counted anew
    CHECK(period.add(1) == 4800);
    CHECK(period.add(100000) == 100000);  // one long block
    MeterPeriod slow(5);
    CHECK(slow.add(1) == 1);
}
