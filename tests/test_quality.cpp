// Quality follows fill, one level at a time, with hysteresis.

#include "script-runtime/quality.h"
#include "tests/catch.h"

using namespace forerun;

namespace {
const QualityThresholds thresholds = QualityThresholds::of(Configuration{}, 24000);
}

TEST_CASE("the thresholds are the configured parts of the depth") {
    CHECK(thresholds.down_frames == 6000);
    CHECK(thresholds.up_frames == 18000);
}

TEST_CASE("a low ring takes one level, a full one gives one back, between nothing changes") {
    const auto settled = thresholds.settle_frames;
    CHECK(thresholds.next(2, 5999, settled) == 1);
    CHECK(thresholds.next(1, 5999, settled) == 0);
    CHECK(thresholds.next(0, 0, settled) == 0);
    CHECK(thresholds.next(2, 6000, settled) == 2);
    CHECK(thresholds.next(0, 18000, settled) == 0);
    CHECK(thresholds.next(0, 18001, settled) == 1);
    CHECK(thresholds.next(1, 24000, settled) == 2);
    CHECK(thresholds.next(2, 24000, settled) == 2);
}

TEST_CASE("a change is given time to show its effect") {
    CHECK(thresholds.next(1, 0, thresholds.settle_frames - 1) == 1);
    CHECK(thresholds.next(1, 0, thresholds.settle_frames) == 0);
    CHECK(QualityThresholds::of(Configuration{}, 600).settle_frames == 256);
}
