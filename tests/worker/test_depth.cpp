// How far voices are rendered ahead when a worker's time is short, and how long one that ran dry stays away.
#include "script-runtime/worker/back_off.h"
#include "script-runtime/worker/depth_limit.h"
#include "script-runtime/worker/overload_watch.h"
#include "tests/scenes/catch.h"

using namespace forerun;

namespace {

constexpr std::int64_t floor_frames = 960, safe_frames = 5760, depth_frames = 24000;

void follow(DepthLimit& limit, double load, double highest_rate, int windows) {
    for (int i = 0; i < windows; ++i) limit.follow(load, highest_rate);
}

}  // namespace

TEST_CASE("while there is time every voice is deep, whatever its events") {
    DepthLimit limit(floor_frames, safe_frames, depth_frames, 0.9);
    follow(limit, 0.89, 100, 1000);
    for (const double rewind_rate : {0.0, 1.0, 100.0, 1e5}) {
        CHECK(limit.depth_for(rewind_rate) == depth_frames);
        CHECK_FALSE(limit.limits(rewind_rate));
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

TEST_CASE("when buffers drain, depth falls in leaps, not in steps") {
    DepthLimit limit(floor_frames, safe_frames, depth_frames, 0.9);
    follow(limit, 0.5, 20, 1);
    limit.leap(20);
    CHECK(limit.depth_for(20) == on_grid(depth_frames / 4));
    CHECK(limit.depth_for(5) == depth_frames);
    for (int i = 0; i < 3; ++i) limit.leap(20);
    CHECK(limit.depth_for(20) == safe_frames);  // the floor is for when the load says so
    CHECK(limit.depth_for(0.5) == depth_frames);
    limit.follow(0.96, 20);
    CHECK(limit.depth_for(20) == floor_frames);
}

TEST_CASE("voices sink when a worker that never rests cannot fill them, and not after a stall or a chord") {
    constexpr std::int64_t ms = 1'000'000;
    struct Span {
        std::int64_t time, cpu;
        double filled_part;
        bool sinks;
    };
    const auto all = [&](std::initializer_list<Span> spans) {
        OverloadWatch watch(0.9);
        std::int64_t now = 1000 * ms, cpu = 0;
        watch.sinks(now, cpu, 1);
        for (const auto& span : spans) {
            now += span.time;
            cpu += span.cpu;
            INFO("at " << now / ms);
            CHECK(watch.sinks(now, cpu, span.filled_part) == span.sinks);
        }
    };
    all({{60 * ms, 59 * ms, 0.6, true}, {60 * ms, 60 * ms, 0.3, true}, {60 * ms, 60 * ms, 0.31, false}});
    all({{100 * ms, 0, 0.6, false}, {60 * ms, 60 * ms, 0.7, false}});  // a stall, and what follows it
    all({{60 * ms, 60 * ms, 0.8, false}});                             // there is enough
    all({{60 * ms, 30 * ms, 0.5, false}});                             // it has time
    all({{20 * ms, 20 * ms, 0.5, false}, {40 * ms, 10 * ms, 0.7, false}});
}

TEST_CASE("a voice that runs dry again soon stays away twice as long") {
    BackOff back_off;
    CHECK(back_off.begin(0, 192, 5760) == 192);
    CHECK(back_off.begin(23999, 192, 5760) == 384);
    CHECK(back_off.begin(24000, 192, 5760) == 768);
    CHECK(back_off.begin(48000, 192, 5760) == 192);  // it had half a second
    for (int i = 0; i < 10; ++i) back_off.begin(48000 + 1000 * i, 192, 5760);
    CHECK(back_off.begin(58000, 192, 5760) == 5760);
    BackOff shallow;  // a safe depth that is less than what the mixer needs
    CHECK(shallow.begin(0, 192, 128) == 192);
    CHECK(shallow.begin(1, 192, 128) == 192);
}
