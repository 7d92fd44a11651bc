// How far voices are rendered ahead when a worker's time is short.
#include "script-runtime/depth_limit.h"
#include "tests/catch.h"

using namespace forerun;

namespace {

constexpr std::int64_t floor_frames = 960, safe_frames = 5760, depth_frames = 24000;

void follow(DepthLimit& limit, double load, double most_restless, int windows) {
    for (int i = 0; i < windows; ++i) limit.follow(load, most_restless);
}

}  // namespace

TEST_CASE("while there is time every voice is deep, whatever its events") {
    DepthLimit limit(floor_frames, safe_frames, depth_frames, 0.9);
    follow(limit, 0.89, 100, 1000);
    for (const double restless : {0.0, 1.0, 100.0, 1e5}) {
        CHECK(limit.depth_for(restless) == depth_frames);
        CHECK_FALSE(limit.limits(restless));
    }
}

TEST_CASE("above the ceiling the voices with the most events give up depth first, to what outlasts a stall") {
    DepthLimit limit(floor_frames, safe_frames, depth_frames, 0.9);
    follow(limit, 0.92, 20, 1);
    CHECK(limit.depth_for(20) < depth_frames);
    CHECK(limit.depth_for(19) == depth_frames);
    auto last = limit.depth_for(20);
    for (int i = 0; i < 20; ++i) {
        limit.follow(0.92, 20);
        CHECK(limit.depth_for(20) <= last);
        CHECK(limit.depth_for(20) > last - 1200);
        last = limit.depth_for(20);
    }
    // Rewinds per second times depth is the same for all that are limited.
    CHECK(20.0 * static_cast<double>(limit.depth_for(20)) ==
          Approx(15.0 * static_cast<double>(limit.depth_for(15))).epsilon(0.01));
    follow(limit, 0.92, 20, 1000);
    CHECK(limit.depth_for(20) == safe_frames);
    CHECK(limit.depth_for(0.5) == depth_frames);
    CHECK(limit.depth_for(1) == on_grid(depth_frames / 2));
}

TEST_CASE("in an overload voices have their floor, and get everything back when it is over") {
    DepthLimit limit(floor_frames, safe_frames, depth_frames, 0.9);
    follow(limit, 0.97, 50, 1000);
    CHECK(limit.depth_for(50) == floor_frames);
    limit.follow(0.94, 50);
    CHECK(limit.depth_for(50) == safe_frames);
    follow(limit, 0.85, 50, 1000);  // just below the ceiling nothing moves
    CHECK(limit.depth_for(50) == safe_frames);
    follow(limit, 0.5, 50, 500);
    CHECK(limit.depth_for(50) == depth_frames);
}
