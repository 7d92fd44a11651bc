// Callbacks judged as a sound card with one block in hand would: on times that the test makes up.
#include "tests/scenes/catch.h"
#include "tools/measure/run/deadline_watch.h"

using namespace forerun::measure;

namespace {

constexpr std::int64_t block = 1'333'333;  // 64 frames at 48 kHz, in nanoseconds

std::int64_t late_in_all(const DeadlineWatch& watch) {
    std::int64_t sum = 0;
    for (const auto& missed : watch) sum += missed.late_nanoseconds;
    return sum;
}

}  // namespace

TEST_CASE("callbacks in time miss nothing, jitter within a block included") {
    DeadlineWatch watch(48000);
    for (std::int64_t i = 1; i < 1000; ++i) watch.block(i * block + (i * 7919) % 300'000, i * block + 900'000, 64);
    CHECK(watch.missed() == 0);
    CHECK(watch.work_nanoseconds().count() == 999);
    CHECK(watch.interval_nanoseconds().count() == 998);
}

TEST_CASE("a callback that takes too long is late by what it took beyond its block") {
    DeadlineWatch watch(48000);
    for (std::int64_t i = 1; i < 10; ++i) watch.block(i * block, i * block + 100'000, 64);
    watch.block(10 * block, 10 * block + block + 500'000, 64);
    // The next one begins late, is done in time: the card has gone on half a millisecond later.
    for (std::int64_t i = 11; i < 20; ++i) watch.block(i * block + 500'000, i * block + 600'000, 64);
    REQUIRE(watch.missed() == 1);
    CHECK(watch.begin()->late_nanoseconds == Approx(500'000).margin(20));
    CHECK(watch.begin()->began_late_nanoseconds == Approx(0).margin(20));
    CHECK(watch.begin()->work_nanoseconds == block + 500'000);
}

TEST_CASE("a callback that is woken late is distinguished from one that works too long") {
    DeadlineWatch watch(48000);
    for (std::int64_t i = 1; i < 10; ++i) watch.block(i * block, i * block + 100'000, 64);
    watch.block(10 * block + 5'000'000, 10 * block + 5'100'000, 64);
    REQUIRE(watch.missed() == 1);
    CHECK(watch.begin()->late_nanoseconds == Approx(5'100'000 - block).margin(10'000));
    CHECK(watch.begin()->began_late_nanoseconds == watch.begin()->late_nanoseconds);
}

TEST_CASE("a device whose clock is not ours misses nothing for that") {
    for (const std::int64_t drift : {-300, 300}) {  // nanoseconds per block, 225 ppm
        DeadlineWatch watch(48000);
        for (std::int64_t i = 1; i < 100'000; ++i) watch.block(i * (block + drift), i * (block + drift) + 900'000, 64);
        CHECK(watch.missed() == 0);
    }
}

TEST_CASE("a load beyond what there is time for is late by what is missing, whatever the length of the run") {
    DeadlineWatch watch(48000);
    std::int64_t now = block;
    for (int i = 0; i < 1000; ++i) {
        watch.block(now, now + 2 * block, 64);  // back to back, each takes two blocks
        now += 2 * block;
    }
    // Half of the time there is no sound.
    CHECK(late_in_all(watch) == Approx(1000.0 * block).epsilon(0.01));
}
