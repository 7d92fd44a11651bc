// Which script calls are interrupted. Time and CPU time are values here.
#include "script-runtime/sandbox/overdue_call.h"
#include "tests/scenes/catch.h"

using forerun::OverdueCall;

namespace {

constexpr std::int64_t one_millisecond = 1'000'000;

struct Watch {
    OverdueCall call{100 * one_millisecond};
    std::int64_t now = 7000 * one_millisecond, cpu = 300 * one_millisecond;

    // Time passes, `used` of it on the CPU; then a look.
    bool after(std::int64_t passed, std::int64_t used, std::uint64_t number) {
        now += passed;
        cpu += used;
        return call.look(number, now, [this] { return cpu; });
    }
};

}  // namespace

TEST_CASE("a call that uses its thread for the whole limit is overdue, and stays so until it ends") {
    Watch watch;
    CHECK_FALSE(watch.after(0, 0, 1));
    for (int look = 1; look < 20; ++look) CHECK_FALSE(watch.after(5 * one_millisecond, 5 * one_millisecond, 1));
    CHECK(watch.after(5 * one_millisecond, 5 * one_millisecond, 1));
    CHECK(watch.after(5 * one_millisecond, 5 * one_millisecond, 1));
    CHECK_FALSE(watch.after(5 * one_millisecond, 5 * one_millisecond, 2));
    CHECK_FALSE(watch.after(5 * one_millisecond, 5 * one_millisecond, 0));
}

TEST_CASE("many short calls are not a long one") {
    Watch watch;
    for (std::uint64_t number = 1; number < 100; ++number)
        CHECK_FALSE(watch.after(5 * one_millisecond, 5 * one_millisecond, number));
}

TEST_CASE("a thread that is not scheduled is not overdue") {
    Watch watch;
    watch.after(0, 0, 1);
    for (int look = 0; look < 100; ++look) CHECK_FALSE(watch.after(5 * one_millisecond, 0, 1));
    for (int look = 1; look < 10; ++look) CHECK_FALSE(watch.after(5 * one_millisecond, 5 * one_millisecond, 1));
    CHECK(watch.after(5 * one_millisecond, 5 * one_millisecond, 1));
}

TEST_CASE("a paused machine, which advances both clocks, makes no call overdue") {
    Watch watch;
    watch.after(0, 0, 1);
    CHECK_FALSE(watch.after(400 * one_millisecond, 400 * one_millisecond, 1));
    for (int look = 2; look < 5; ++look) CHECK_FALSE(watch.after(5 * one_millisecond, 5 * one_millisecond, 1));
    CHECK(watch.after(5 * one_millisecond, 5 * one_millisecond, 1));
}
