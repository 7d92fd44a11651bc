#include "rt-engine/conductor/event_order.h"

#include <limits>

#include "tests/scenes/catch.h"

using namespace forerun;

namespace {

struct Arrivals {
    explicit Arrivals(bool offline = false) {
        configuration.offline = offline;
        configuration.event_delay_frames = 100;
    }
    void arrive(std::int64_t frame, std::uint32_t producer = 0, std::uint32_t sequence = 0,
                std::int64_t nanoseconds = 0, float value = 0) {
        Event e;
        e.frame = frame;
        e.producer = producer;
        e.sequence = sequence;
        e.arrival_nanoseconds = nanoseconds;
        e.value = value;
        REQUIRE(inbox.queue.enqueue(e));
    }
    std::vector<Event> before(std::int64_t frame) {
        std::vector<Event> all;
        for (; order.has_before(frame); order.drop_first()) all.push_back(order.first());
        return all;
    }

    Configuration configuration;
    SharedCounter refused;
    Inbox inbox{refused};
    SampleClock engine_clock;
    EventOrder order{inbox, engine_clock, 48000, configuration};
};

}  // namespace

TEST_CASE("events come out by frame, then producer, then sequence, over several batches of the queue") {
    Arrivals a;
    for (std::uint32_t i = 1000; i-- > 0;) a.arrive(i / 10, i % 10 / 5, i % 5);
    a.order.take_arrived(0);
    const auto all = a.before(1000);
    REQUIRE(all.size() == 1000);
    for (std::uint32_t i = 0; i < 1000; ++i) {
        CHECK(all[i].frame == i / 10);
        CHECK(all[i].producer == i % 10 / 5);
        CHECK(all[i].sequence == i % 5);
    }
}

TEST_CASE("the promise of all producers is the least of theirs, and an event at the limit is not before it") {
    Arrivals a;
    CHECK(a.order.take_arrived(0) == INT64_MAX);
    const auto slow = a.inbox.add_promise(), fast = a.inbox.add_promise();
    slow->store(300);
    fast->store(500);
    a.arrive(300);
    CHECK(a.order.take_arrived(0) == 300);
    CHECK_FALSE(a.order.has_before(300));
    CHECK(a.order.has_before(301));
    CHECK(a.order.waiting() == 1);
}

TEST_CASE("a live event happens as far into a later block as it came into its own, never before the clock") {
    Arrivals a;
    a.configuration.event_delay_frames = 600;
    a.engine_clock.stamp({1000, 1'000'000'000});
    a.order.take_arrived(1000);
    a.engine_clock.stamp({1480, 1'010'000'000});
    a.arrive(now_frame, 0, 0, 1'005'000'000);  // not before the newest block
    a.arrive(now_frame, 0, 1, 1'012'500'000);
    a.arrive(now_frame, 0, 2, 9'000'000'000);  // not after the clock
    a.arrive(1000, 0, 3, 1);                   // a driver's frame that has passed
    a.order.take_arrived(1960);
    const auto all = a.before(INT64_MAX);
    REQUIRE(all.size() == 4);
    CHECK(all[0].sequence == 3);
    CHECK(all[0].frame == 1960);
    CHECK(all[1].frame == 1480 + 600);
    CHECK(all[2].frame == 1480 + 120 + 600);
    CHECK(all[3].frame == 1960 + 600);
}

TEST_CASE("offline, an event without a frame happens at the clock") {
    Arrivals a(true);
    a.arrive(now_frame, 0, 0, 123);
    a.order.take_arrived(640);
    CHECK(a.order.first().frame == 640);
}

TEST_CASE("an event whose value is no number is dropped where it arrives") {
    Arrivals a;
    a.arrive(10, 0, 0, 0, std::numeric_limits<float>::quiet_NaN());
    a.arrive(10, 0, 1, 0, std::numeric_limits<float>::infinity());
    a.arrive(10, 0, 2);
    a.order.take_arrived(0);
    const auto all = a.before(INT64_MAX);
    REQUIRE(all.size() == 1);
    CHECK(all[0].sequence == 2);
}
