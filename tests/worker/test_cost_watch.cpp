// Which voice costs more than its share: costs are values here.
#include "script-runtime/worker/cost_watch.h"
#include "tests/scenes/catch.h"

using namespace forerun;

namespace {

constexpr std::int64_t ms = 1'000'000;
constexpr std::int64_t quantum = 1'333'333;  // of sound

void add(CostWatch& watch, std::int64_t cpu, int quanta, double share = 1) {
    for (int i = 0; i < quanta; ++i) watch.add(cpu, quantum, share);
}

}  // namespace

TEST_CASE("a voice that takes less than real time owes nothing, however long it plays") {
    CostWatch watch;
    add(watch, quantum * 9 / 10, 100'000);
    CHECK_FALSE(watch.owes());
    CHECK_FALSE(watch.yields());
    CHECK(watch.cost_nanoseconds() == 0);
    // Nor has it saved anything up.
    add(watch, 52 * ms, 1);
    CHECK(watch.yields());
}

TEST_CASE("a voice that takes tens of milliseconds for a quantum yields after the first, and is hopeless after a few") {
    CostWatch watch;
    add(watch, 52 * ms, 1);
    CHECK(watch.yields());
    CHECK(watch.wants_less());
    CHECK(watch.cost_nanoseconds() == 52 * ms);
    watch.lowered();
    CHECK(watch.yields());
    CHECK_FALSE(watch.wants_less());
    add(watch, 52 * ms, 20);
    CHECK_FALSE(watch.is_hopeless());  // its ring holds sound: it keeps up
    watch.ran_dry();
    CHECK(watch.is_hopeless());
    watch.lowered();  // what it costs now is another thing
    CHECK_FALSE(watch.is_hopeless());
    add(watch, 52 * ms, 4);
    watch.ran_dry();
    CHECK_FALSE(watch.is_hopeless());
    add(watch, 52 * ms, 1);
    CHECK(watch.is_hopeless());
}

TEST_CASE("a burst is paid back and forgotten") {
    CostWatch watch;
    add(watch, 40 * ms, 5);
    watch.ran_dry();
    CHECK(watch.yields());
    CHECK_FALSE(watch.is_hopeless());
    add(watch, quantum / 20, 200);
    CHECK_FALSE(watch.owes());
    CHECK(watch.cost_nanoseconds() == 0);
    // The next one counts from nothing.
    add(watch, 100 * ms, 4);
    watch.ran_dry();
    CHECK_FALSE(watch.is_hopeless());
    // However long one was, it is paid back in half a second of sound.
    add(watch, 52 * ms, 1000);
    add(watch, quantum / 20, 450);
    CHECK_FALSE(watch.owes());
}

TEST_CASE("a machine that stands still moves a CPU clock, too: one quantum is no proof") {
    CostWatch watch;
    watch.ran_dry();
    add(watch, 5000 * ms, 1);
    watch.ran_dry();
    CHECK_FALSE(watch.is_hopeless());
    add(watch, quantum / 10, 200);
    CHECK_FALSE(watch.owes());
    add(watch, 5000 * ms, 4);
    watch.ran_dry();
    CHECK_FALSE(watch.is_hopeless());
    add(watch, 5000 * ms, 1);
    CHECK(watch.is_hopeless());
}

TEST_CASE(
    "where time is short, a voice above twice an even share yields; one that costs as much as the others does not") {
    const double share_of_ten = 0.18;
    CostWatch dear, even;
    add(dear, quantum / 2, 60, share_of_ten);
    add(even, quantum / 9, 60'000, share_of_ten);
    CHECK(dear.yields());
    CHECK_FALSE(dear.is_hopeless());
    CHECK_FALSE(even.owes());
    dear.ran_dry();
    add(dear, quantum / 2, 60'000, share_of_ten);
    CHECK(dear.wants_less());
    CHECK_FALSE(dear.is_hopeless());  // alone it would keep up
}

TEST_CASE("a start that takes long is a debt, and no cost of a quantum") {
    CostWatch watch;
    watch.add(30 * ms, 0, 1);
    CHECK(watch.yields());
    CHECK(watch.cost_nanoseconds() == 0);
    add(watch, quantum / 10, 40);
    CHECK_FALSE(watch.owes());
}

TEST_CASE("a voice begins where others like it were, and shows then what it costs itself") {
    CostWatch watch;
    watch.expect(52.0 * ms);
    CHECK(watch.yields());
    CHECK(watch.cost_nanoseconds() == 52 * ms);
    CHECK_FALSE(watch.is_notable());
    add(watch, quantum / 10, 20);
    CHECK_FALSE(watch.owes());
    CHECK(watch.cost_nanoseconds() == 0);
}
