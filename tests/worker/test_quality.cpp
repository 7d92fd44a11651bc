// Quality follows fill, one level at a time, with hysteresis.

#include "script-runtime/worker/quality.h"
#include "tests/scenes/catch.h"

using namespace forerun;

namespace {
const QualityThresholds thresholds = QualityThresholds::of(Configuration{}, 24000);
}

TEST_CASE("a low ring takes one level, a full one gives one back, between nothing changes") {
    const auto settled = thresholds.settle_frames;
    const auto next = [&](int level, std::int64_t fill) { return thresholds.next(level, fill, 24000, settled); };
    CHECK(next(2, 5999) == 1);
    CHECK(next(1, 5999) == 0);
    CHECK(next(0, 0) == 0);
    CHECK(next(2, 6000) == 2);
    CHECK(next(0, 18000) == 0);
    CHECK(next(0, 18001) == 1);
    CHECK(next(1, 24000) == 2);
    CHECK(next(2, 24000) == 2);
}

TEST_CASE("a voice that is kept shallow is not hungry while it has most of that") {
    const auto settled = thresholds.settle_frames;
    CHECK(thresholds.next(2, 1440, 5760, settled) == 2);
    CHECK(thresholds.next(2, 1439, 5760, settled) == 1);
    CHECK(thresholds.next(1, 4321, 5760, settled) == 2);
    CHECK(thresholds.next(2, 239, 960, settled) == 1);
}

TEST_CASE("a change is given time to show its effect") {
    CHECK(thresholds.next(1, 0, 24000, thresholds.settle_frames - 1) == 1);
    CHECK(thresholds.next(1, 0, 24000, thresholds.settle_frames) == 0);
    CHECK(QualityThresholds::of(Configuration{}, 600).settle_frames == 256);
}
