// How far voices are rendered ahead, from what a worker sees of them: rewinds, live events, load. Time is a value here.
#include "script-runtime/worker/worker_depth.h"

#include "script-runtime/worker/worker_load.h"
#include "tests/scenes/catch.h"

using namespace forerun;

namespace {

constexpr std::int64_t load_window = 20'000'000;

Configuration of_depth(std::int64_t frames) {
    Configuration c;
    c.depth_frames = frames;
    c.block_frames = 256;
    return c;
}

struct Voices {
    explicit Voices(Configuration c = of_depth(24000))
        : configuration(c), ahead(RenderAhead::of(c, c.depth_frames)), depth(configuration, ahead) {}
    WorkedVoice& add() {
        all.push_back(std::make_unique<WorkedVoice>());
        all.back()->begun = true;
        all.back()->depth.frames = ahead.depth_frames;
        return *all.back();
    }
    // Windows of this load, one after the other.
    std::uint64_t follow(int windows, double load) {
        std::uint64_t shallow = 0;
        for (int i = 0; i < windows; ++i) shallow = depth.follow(all, clock, now += load_window, 0, load);
        return shallow;
    }
    Configuration configuration;
    RenderAhead ahead;
    WorkerDepth depth;
    WorkerDepth::Voices all;
    std::int64_t clock = 0, now = 0;
};

}  // namespace

TEST_CASE("what is rendered ahead: publish, floor, safe and depth, none more than the depth") {
    const auto usual = RenderAhead::of(of_depth(24000), 24000);
    CHECK(usual.publish_frames == 576);
    CHECK(usual.floor_frames == 960);
    CHECK(usual.safe_frames == 6 * 960);
    CHECK(usual.refill_frames == RenderAhead::quanta_per_visit * quantum_frames);
    const auto least = RenderAhead::of(of_depth(640), 640);
    CHECK(least.floor_frames == 640);
    CHECK(least.safe_frames == 640);
    CHECK(least.refill_frames == quantum_frames);
    auto offline = of_depth(24000);
    offline.offline = true;
    CHECK(RenderAhead::of(offline, 24000).publish_frames == quantum_frames);
    auto large = of_depth(24000);
    large.block_frames = 4096;
    CHECK(RenderAhead::of(large, 24000).floor_frames == least_depth_frames(4096));
}

TEST_CASE("rewinds add up and are forgotten") {
    Voices voices;
    auto& voice = voices.add();
    CHECK(voices.depth.rewind_rate(voice, 1000) == 0);
    voices.depth.count_rewind(voice, 1000);
    CHECK(voices.depth.rewind_rate(voice, 1000) == Approx(2));
    voices.depth.count_rewind(voice, 1000);
    CHECK(voices.depth.rewind_rate(voice, 1000) == Approx(4));
    CHECK(voices.depth.rewind_rate(voice, 1000 + 24000) == Approx(4 / std::exp(1.0)));
    CHECK(voice.depth.frames == 24000);  // as long as there is time
}

TEST_CASE("a voice whose events wait wants its floor, and the rest when they do not") {
    Voices voices;
    auto& voice = voices.add();
    CHECK(voices.depth.wanted_fill(voice, 0) == 24000);
    voice.overdue.emplace_back();
    CHECK(voices.depth.wanted_fill(voice, 0) == voices.ahead.floor_frames);
    // A visit always has something to render.
    CHECK(voices.depth.refill_at(voice, 0) <= voices.depth.wanted_fill(voice, 0) - quantum_frames);
    voice.overdue.clear();
    CHECK(voices.depth.refill_at(voice, 0) == 24000 - voices.ahead.refill_frames);
}

TEST_CASE("a played voice is kept at the least depth where that is asked for and nothing is rewound") {
    auto bend = VoiceMessage::of(VoiceControlMove{});
    bend.frame = 5000;
    bend.arrival_nanoseconds = 1;
    auto asks = of_depth(24000);
    asks.live_depth = true;
    asks.rewind = false;
    Voices live(asks), rewinding;
    auto& voice = live.add();
    live.depth.count_live(voice, bend, 100);
    CHECK(live.depth.wanted_fill(voice, 5000) == least_depth_frames(256));
    CHECK(live.depth.is_live(voice, 5000 + 2 * 48000 - 1));  // from where it is heard
    CHECK_FALSE(live.depth.is_live(voice, 5000 + 2 * 48000));
    auto& other = live.add();
    bend.arrival_nanoseconds = 0;  // of a file
    live.depth.count_live(other, bend, 100);
    bend.arrival_nanoseconds = 1;
    bend.set(VoiceTime{});
    live.depth.count_live(other, bend, 100);
    CHECK_FALSE(live.depth.is_live(other, 100));
    bend.set(VoiceControlMove{});
    auto& rewound = rewinding.add();
    rewinding.depth.count_live(rewound, bend, 100);
    CHECK_FALSE(rewinding.depth.is_live(rewound, 100));
}

TEST_CASE("above the load ceiling the voice with most rewinds becomes shallow, the one left alone never does") {
    Voices voices;
    auto& rewinding = voices.add();
    auto& calm = voices.add();
    rewinding.depth.rewind_rate = 40;
    CHECK(voices.follow(10, 0.5) == 0);
    CHECK(voices.follow(200, 0.93) == 1);
    CHECK(rewinding.depth.frames == voices.ahead.safe_frames);
    CHECK(calm.depth.frames == 24000);
    CHECK_FALSE(voices.depth.overloaded());
    voices.follow(1, 0.97);
    CHECK(voices.depth.overloaded());
    CHECK(rewinding.depth.frames == voices.ahead.floor_frames);
    // It gets its depth back, and is not taken for hungry while its ring fills.
    voices.clock = 48000;
    CHECK(voices.follow(300, 0.2) == 0);
    CHECK(rewinding.depth.frames == 24000);
    CHECK(rewinding.quality_times.exempt_until_frame == 48000 + quality_exempt_frames);
}

TEST_CASE("how full rings are counts voices that are rendered with the others, and no more of them") {
    Voices voices;
    CHECK(WorkerDepth::filled_part(voices.all, 0) == 1);
    voices.add().position = 12000;
    auto& ended = voices.add();
    ended.ended = true;
    CHECK(WorkerDepth::filled_part(voices.all, 0) == Approx(0.5));
    auto& slow = voices.add();
    slow.cost.add(50'000'000, 1'333'333, 1);
    REQUIRE(slow.cost.yields());
    CHECK(WorkerDepth::filled_part(voices.all, 0) == Approx(0.5));
}

TEST_CASE("a worker's load is smoothed, and voices that yield are no load to the others") {
    WorkerLoad load;
    std::int64_t now = 1'000'000'000'000, busy = 0;
    load.follow(now, busy);
    CHECK_FALSE(load.follow(now + load_window - 1, load_window));
    for (int i = 0; i < 500; ++i) {
        load.add_yielded(load_window / 2);
        CHECK(load.follow(now += load_window, busy += load_window));
    }
    CHECK(load.load() == Approx(0.5).epsilon(1e-6));
    CHECK(load.whole_load() == Approx(1).epsilon(1e-6));
    CHECK(load.yielded() == 500 * load_window / 2);
    CHECK(load.follow(now += load_window, busy));  // one window of rest
    CHECK(load.whole_load() == Approx(0.96).epsilon(1e-6));
}
