// What a usual quantum takes.
#include "script-runtime/worker/usual_quantum.h"

#include "tests/scenes/catch.h"

using namespace forerun;

TEST_CASE("a usual quantum takes the mean of the first hundred") {
    UsualQuantum usual;
    CHECK(usual.nanoseconds() == 0);
    usual.add(1000);
    CHECK(usual.nanoseconds() == 1000);
    usual.add(3000);
    CHECK(usual.nanoseconds() == 2000);
    for (int i = 0; i < 49; ++i) {
        usual.add(1000);
        usual.add(3000);
    }
    CHECK(usual.nanoseconds() == Approx(2000));
}

TEST_CASE("it follows what comes later, and counts no quantum that was interrupted for what it took") {
    UsualQuantum usual;
    for (int i = 0; i < 1000; ++i) usual.add(2000);
    usual.add(4000);
    CHECK(usual.nanoseconds() == Approx(2020));
    for (int i = 0; i < 1000; ++i) usual.add(4000);
    CHECK(usual.nanoseconds() == Approx(4000).epsilon(0.01));
    usual.add(1'000'000'000);
    CHECK(usual.nanoseconds() < 5000);
}
