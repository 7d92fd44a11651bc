// A voice that is played live without rewinding: its ring runs down to the least depth, and fills again when nobody plays.
#include "tests/scenes/catch.h"
#include "tests/scenes/live_engine.h"

using namespace forerun;

namespace {

constexpr std::int64_t block_frames = 64;
constexpr std::int64_t least_frames = least_depth_frames(block_frames);

Configuration shallow_configuration() {
    auto c = live_configuration();
    c.rate_hz = 8000;  // the two seconds without an event are 16000 frames
    c.rewind = false;
    c.live_depth = true;
    c.event_delay_frames = 0;
    c.quality_scaling = true;  // a ring that is shallow on purpose is no reason for less
    return c;
}

// Sounds as loud as it is pressed.
struct PressedVoice {
    explicit PressedVoice(const Configuration& configuration)
        : live(folder.write("voice.lua", ScriptFolder::voice("return self.pressure")), configuration) {}

    void press(double value) {
        const auto before = live.engine.state().worker(0).waiting_nanoseconds.count();
        live.send(EventKind::channel_pressure, 0, value);
        REQUIRE(live.wait_until([&] { return live.engine.state().worker(0).waiting_nanoseconds.count() > before; }));
    }
    // The worker has time to do all that it wants to do.
    void play_a_block(std::int64_t most_fill) {
        REQUIRE(live.wait_until([&] { return live.fill(0) > most_fill - block_frames; }));
        live.process(block_frames);
        INFO("at " << live.clock());
        CHECK(live.engine.state().header().mixer.underrun_events == 0);
    }
    std::int64_t first_frame_as_loud_as(float level) const {
        const auto is_there = [level](float sample) { return sample > level; };
        return std::find_if(live.left.begin(), live.left.end(), is_there) - live.left.begin();
    }

    ScriptFolder folder;
    LiveEngine live;
};

}  // namespace

TEST_CASE("a voice that gets a live event runs down to the least depth, answers within it, and is deep again later") {
    PressedVoice voice(shallow_configuration());
    auto& live = voice.live;
    // Known before, so nobody plays it.
    live.send(EventKind::note_on, 60, 1, 0, 64);
    REQUIRE(live.wait_until([&] { return live.fill(0) > 4000; }));
    voice.play_a_block(4000);
    voice.play_a_block(4000);

    // What is rendered stays: the first event waits for all of it.
    const auto rendered_until = live.clock() + live.fill(0);
    voice.press(0.2);
    while (live.clock() < rendered_until) voice.play_a_block(std::min(rendered_until - live.clock(), least_frames));
    CHECK(live.fill(0) <= least_frames);
    voice.play_a_block(least_frames);
    CHECK(voice.first_frame_as_loud_as(0.01f) == rendered_until);

    // The next one waits for the least.
    for (int i = 0; i < 50; ++i) {
        CHECK(live.fill(0) <= least_frames);
        voice.play_a_block(least_frames);
    }
    const auto pressed = live.clock();
    voice.press(0.9);
    while (live.clock() < pressed + 2 * least_frames) voice.play_a_block(least_frames);
    const auto heard = voice.first_frame_as_loud_as(0.1f);
    CHECK(heard >= pressed);
    CHECK(heard <= pressed + least_frames);

    const auto two_seconds = static_cast<std::int64_t>(2 * live.engine.configuration().rate_hz);
    while (live.clock() < heard + two_seconds - block_frames) {
        CHECK(live.fill(0) <= least_frames);
        voice.play_a_block(least_frames);
    }
    while (live.clock() < heard + two_seconds + block_frames) voice.play_a_block(least_frames);
    CHECK(live.wait_until([&] { return live.fill(0) > 4000; }));
    CHECK(live.engine.state().worker(0).quality_changes == 0);
}

TEST_CASE("a note that is played live is rendered no further than the least depth from its start on") {
    PressedVoice voice(shallow_configuration());
    auto& live = voice.live;
    live.send(EventKind::note_on, 60, 1);
    for (int i = 0; i < 100; ++i) {
        voice.play_a_block(i < 4 ? 0 : least_frames);
        CHECK(live.fill(0) <= least_frames);
    }
}

TEST_CASE("voices that can be rewound, and those not configured to be shallow, stay deep under live events") {
    for (const bool rewind : {true, false}) {
        auto c = shallow_configuration();
        c.rewind = rewind;
        c.live_depth = rewind;
        PressedVoice voice(c);
        auto& live = voice.live;
        live.send(EventKind::note_on, 60, 1, 0, 64);
        REQUIRE(live.wait_until([&] { return live.fill(0) > 4000; }));
        voice.play_a_block(4000);
        live.send(EventKind::channel_pressure, 0, 0.5);
        for (int i = 0; i < 100; ++i) voice.play_a_block(3600);
    }
}
