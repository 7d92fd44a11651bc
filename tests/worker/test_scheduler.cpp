// Whose turn it is. Time is a value here, the engine's and the monotonic.
#include "script-runtime/worker/scheduler.h"

#include "tests/scenes/catch.h"

using namespace forerun;

namespace {

constexpr std::int64_t turn_ms = 1'000'000;

// Voices without scripts: what the scheduler knows of them is how far they are, and what they wait for.
struct Turns {
    static Configuration usual() {
        Configuration c;
        c.depth_frames = 24000;
        c.block_frames = 256;
        return c;
    }
    WorkedVoice& add(std::int64_t rendered_until, int priority = 50) {
        voices.push_back(std::make_unique<WorkedVoice>());
        auto& voice = *voices.back();
        voice.begun = true;
        voice.position = rendered_until;
        voice.depth.frames = ahead.depth_frames;
        voice.start.priority = static_cast<std::uint8_t>(priority);
        return voice;
    }
    static void wait_for_rewind(WorkedVoice& voice, std::int64_t frame) {
        VoiceMessage message;
        message.frame = frame;
        voice.overdue.push_back(message);
    }
    static void make_slow(WorkedVoice& voice) { voice.cost.expect(2e6); }
    void look() {
        scheduler.begin_look(clock.frame(), limit);
        for (auto& voice : voices) scheduler.add(*voice);
        scheduler.end_look();
    }
    bool may_rewind() { return scheduler.may_rewind(clock.frame(), now); }
    // The voices that are rewound, in their order, if none has to wait.
    std::vector<WorkedVoice*> rewound() {
        std::vector<WorkedVoice*> order;
        while (auto* voice = scheduler.rewind_one([](WorkedVoice& v) {
            v.overdue.clear();
            return true;
        }))
            order.push_back(voice);
        return order;
    }

    Configuration configuration = usual();
    SampleClock clock;
    std::int64_t now = 0;
    std::int64_t limit = INT64_MAX / 2;
    RenderAhead ahead = RenderAhead::of(configuration, configuration.depth_frames);
    WorkerDepth depth{configuration, ahead};
    VoiceCosts costs{configuration, ahead, 1};
    Scheduler scheduler{configuration, clock, ahead, depth, costs};
    std::vector<std::unique_ptr<WorkedVoice>> voices;
};

}  // namespace

TEST_CASE("voices are due below their depth, the neediest first, of two alike the more important") {
    Turns turns;
    auto& full = turns.add(24000);
    auto& low = turns.add(640, 20);
    auto& lower = turns.add(64);
    auto& important = turns.add(640, 90);
    auto& ended = turns.add(0);
    ended.ended = true;
    CHECK(turns.scheduler.is_new(0, turns.limit));
    turns.look();
    CHECK_FALSE(turns.scheduler.is_new(0, turns.limit));
    CHECK(turns.scheduler.is_new(256, turns.limit));
    CHECK(turns.scheduler.is_new(0, 5000));
    CHECK(turns.scheduler.take_neediest() == &lower);
    CHECK(turns.scheduler.take_neediest() == &important);
    // Behind its visit it stands where it has come to.
    important.position = 600;
    turns.scheduler.line_up(important, 0, turns.limit);
    CHECK(turns.scheduler.take_neediest() == &important);
    CHECK(turns.scheduler.take_neediest() == &low);
    CHECK(turns.scheduler.take_neediest() == nullptr);
    full.position = 24000 - turns.ahead.refill_frames;
    turns.look();
    CHECK(turns.scheduler.neediest() != nullptr);
    turns.scheduler.forget_look();
    CHECK(turns.scheduler.is_new(0, turns.limit));
}

TEST_CASE("no voice is due beyond the horizon") {
    Turns turns;
    turns.limit = 5000;
    turns.add(5000);
    turns.add(5000 - 63);
    turns.look();
    CHECK(turns.scheduler.neediest() == nullptr);
    auto& room = turns.add(5000 - 64);
    turns.look();
    CHECK(turns.scheduler.take_neediest() == &room);
    CHECK(turns.scheduler.neediest() == nullptr);
}

TEST_CASE("a voice that yields is served when the others can bear it") {
    Turns turns;
    auto& slow = turns.add(64);
    Turns::make_slow(slow);
    auto& other = turns.add(2000);
    turns.look();
    CHECK(turns.scheduler.neediest() == &other);
    CHECK(turns.scheduler.take_later(0) == nullptr);
    other.position = 12000;
    turns.look();
    CHECK(turns.scheduler.take_later(0) == &slow);
    CHECK(turns.scheduler.take_later(0) == nullptr);
}

TEST_CASE("a visit ends where the second neediest is, and is longer where that one is safe") {
    Turns turns;
    turns.look();
    CHECK(turns.scheduler.visit_ends(0) == INT64_MAX);
    turns.add(800);
    turns.look();
    CHECK(turns.scheduler.visit_ends(0) == 800 + 100);
    turns.voices[0]->position = 20000;
    turns.look();
    CHECK(turns.scheduler.visit_ends(0) == 20000 + turns.ahead.refill_frames);
}

TEST_CASE(
    "the earliest event is answered first; a voice that waits for the mixer is tried again when that has moved on") {
    Turns turns;
    auto &last = turns.add(10000), &first = turns.add(10000), &waits = turns.add(10000);
    Turns::wait_for_rewind(last, 900);
    Turns::wait_for_rewind(first, 300);
    Turns::wait_for_rewind(waits, 100);
    turns.look();
    int asked = 0;
    const auto try_one = [&] {
        return turns.scheduler.rewind_one([&](WorkedVoice& voice) {
            if (&voice == &waits) return ++asked < 0;
            voice.overdue.clear();
            return true;
        });
    };
    CHECK(try_one() == &first);
    CHECK(try_one() == &last);
    CHECK(try_one() == nullptr);
    CHECK(asked == 1);
    turns.look();
    CHECK(turns.rewound() == std::vector<WorkedVoice*>{&waits});
}

TEST_CASE("a voice that was rewound has its floor before the next rewind") {
    Turns turns;
    auto& shallow = turns.add(500);
    Turns::wait_for_rewind(turns.add(10000), 100);
    turns.look();
    REQUIRE(turns.may_rewind());
    shallow.depth.floor_from_nanoseconds = 1;
    CHECK_FALSE(turns.may_rewind());
    shallow.position = turns.ahead.floor_frames;
    turns.look();
    CHECK(turns.may_rewind());
}

TEST_CASE("voices near their end share the time with rewinds") {
    Turns turns;
    turns.add(500);
    turns.look();
    REQUIRE(turns.may_rewind());
    turns.scheduler.rewound(3 * turn_ms);
    CHECK_FALSE(turns.may_rewind());
    turns.scheduler.visited(2 * turn_ms);
    CHECK_FALSE(turns.may_rewind());
    turns.scheduler.visited(turn_ms);
    CHECK(turns.may_rewind());
    // Who is not near its end is owed nothing.
    turns.scheduler.rewound(3 * turn_ms);
    turns.voices[0]->position = turns.ahead.floor_frames;
    turns.look();
    CHECK(turns.may_rewind());
}

TEST_CASE("a rewind that can wait leaves a shallow voice time to become safe") {
    Turns turns;
    turns.clock.stamp({0, 0});
    turns.add(2000);
    auto& waits = turns.add(20000);
    Turns::wait_for_rewind(waits, 9600);  // 200 ms from now
    turns.look();
    CHECK_FALSE(turns.may_rewind());
    CHECK(turns.scheduler.last_moment(9600, turns.clock.read()) ==
          Approx(200 * turn_ms - 5.333 * turn_ms - 0.3 * turn_ms).margin(1e5));
    turns.now = 195 * turn_ms;
    CHECK(turns.may_rewind());
    // What a rewind takes until its voice has its floor counts: by so much it must come earlier.
    turns.now = 190 * turn_ms;
    REQUIRE_FALSE(turns.may_rewind());
    for (int i = 0; i < 100; ++i) turns.scheduler.had_floor(3 * turn_ms);
    CHECK(turns.may_rewind());
    // One that is safe waits for nobody.
    turns.now = 0;
    turns.voices[0]->position = turns.ahead.safe_frames;
    turns.look();
    CHECK(turns.may_rewind());
}

TEST_CASE("within a rewind the others' turn comes when the first of their events would be late") {
    Turns turns;
    auto &rewound = turns.add(20000), &other = turns.add(900);
    Turns::wait_for_rewind(rewound, 100);
    turns.look();
    const ClockReading reading{0, 0};
    CHECK(turns.scheduler.turn_of_others(rewound, reading) == INT64_MAX);
    CHECK(turns.scheduler.another_is_low(rewound, 0));
    CHECK_FALSE(turns.scheduler.another_is_low(other, 0));
    Turns::wait_for_rewind(other, 4800);
    turns.look();
    CHECK(turns.scheduler.turn_of_others(rewound, reading) == turns.scheduler.last_moment(4800, reading));
}

TEST_CASE("when nothing is due, the next time is known by the monotonic clock") {
    Turns turns;
    turns.now = 1000 * turn_ms;
    turns.clock.stamp({0, 998 * turn_ms});
    CHECK(turns.scheduler.next_due(turns.voices, turns.now) == INT64_MAX);
    auto& voice = turns.add(24000);
    const auto refill = turns.ahead.refill_frames;
    CHECK(turns.scheduler.next_due(turns.voices, turns.now) ==
          1000 * turn_ms + static_cast<std::int64_t>(1e9 * static_cast<double>(refill) / 48000));
    // To the least depth a part of a block matters: from the block's beginning.
    voice.depth.live_until_frame = 48000;
    voice.position = least_depth_frames(256) + 480;
    const auto at_least = turns.scheduler.next_due(turns.voices, turns.now);
    CHECK(at_least > 998 * turn_ms + 10 * turn_ms);
    CHECK(at_least < 998 * turn_ms + 12 * turn_ms);
    voice.ended = true;
    CHECK(turns.scheduler.next_due(turns.voices, turns.now) == INT64_MAX);
    Turns::wait_for_rewind(voice, 100);
    CHECK(turns.scheduler.next_due(turns.voices, turns.now) == turns.now);
}
