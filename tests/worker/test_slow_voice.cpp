// ctest: serial
// ctest: timeout=300
// A voice that costs more than its share beside voices that do not. Time is the engine's clock, which stands still while the
// worker works, and passes by what the slow voice is made to cost.
#include "tests/scenes/catch.h"
#include "tests/scenes/injected_cost.h"
#include "tests/scenes/live_engine.h"
#include "tests/scenes/replayed_session.h"

using namespace forerun;

namespace {

constexpr std::int64_t callback_frames = 64;

// Counts its own frames, so that each that is missing shows.
const std::string counted_voice = R"(return {
    priority = 80,
    start = function(self) self.count = 0 end,
    sample = function(self) self.count = self.count + 1 return self.count / 1048576 end,
    done = function(self) return false end,
})";
const std::string right_voice = R"(
return {
    start = function(self) self.count = 0 end,
    sample = function(self)
        self.count = self.count + 1
        return 0.01
    end,
    done = function(self) return false end,
})";

Configuration slow_configuration() {
    auto c = live_configuration();
    c.depth_frames = 8192;
    c.quality_scaling = true;
    return c;
}

CallCosts costly(std::array<std::int64_t, 3> frames_by_quality) {
    CallCosts costs;
    costs.instrument = 1;
    costs.quantum_frames = frames_by_quality;
    return costs;
}

// "good" on channel 1 is heard left, "slow" on channel 2 right.
class SlowSession {
public:
    explicit SlowSession(const CallCosts& costs, const std::filesystem::path& log = {}, int priority = 100)
        : cost(costs, slow_configuration().block_frames, slow_configuration().rate_hz),
          live(rig(folder, priority), slow_configuration(), log, {}, &cost) {}

    void start(int slow_voices = 1) {
        live.send(EventKind::note_on, 60, 1, 0);
        play(1024);
        for (int i = 0; i < slow_voices; ++i) live.send(EventKind::note_on, 60 + i, 1, 1);
    }
    // Time stands still while the worker has something to do, but for what the slow voice costs.
    void play(std::int64_t frames) {
        const auto& worker = live.engine.state().worker(0);
        for (std::int64_t passed = 0; passed < frames; passed += callback_frames) {
            const auto sleeps = worker.sleeps.load();
            REQUIRE(live.wait_until([&] { return cost.waits_until_frame() > live.clock() || worker.sleeps > sleeps; }));
            live.process(callback_frames);
        }
        live.wait_until([] { return true; });
    }
    // Frames of the good voice that are not as they would be alone.
    std::size_t missing() const {
        std::size_t wrong = 0;
        const auto started = live.of_kind(NotificationKind::voice_started);
        const auto good = std::ranges::find(started, 0, &Notification::instrument);
        REQUIRE(good != started.end());
        for (auto i = static_cast<std::size_t>(good->frame); i < live.left.size(); ++i)
            wrong += std::llround(static_cast<double>(live.left[i]) * 1048576) !=
                     static_cast<std::int64_t>(i) - good->frame + 1;
        return wrong;
    }
    std::size_t of_slow(NotificationKind kind) const {
        const auto all = live.of_kind(kind);
        return static_cast<std::size_t>(std::ranges::count(all, 1, &Notification::instrument));
    }
    float right() const { return live.heard.back(); }

    ScriptFolder folder;
    InjectedCost cost;
    LiveEngine live;

private:
    static std::filesystem::path rig(const ScriptFolder& folder, int priority) {
        folder.write("good.lua", counted_voice);
        folder.write("slow.lua", right_voice);
        return folder.write("rig.lua",
                            "return { instruments = { { name = \"good\", voice = \"good\", channel = 1, pan = -1 }, "
                            "{ name = \"slow\", voice = \"slow\", channel = 2, pan = 1, priority = " +
                                std::to_string(priority) + " } } }");
    }
};

}  // namespace

TEST_CASE(
    "a voice that cannot keep up loses its quality, is named with its line and stopped; its neighbours miss nothing") {
    for (const std::int64_t cost : {90, 1000, 4000}) {
        SlowSession session(costly({cost, cost, cost}));
        session.start();
        CAPTURE(cost);
        for (int i = 0; i < 100 && session.of_slow(NotificationKind::error) == 0; ++i) session.play(1024);
        REQUIRE(session.of_slow(NotificationKind::error) == 1);
        const auto reports = session.live.of_kind(NotificationKind::slow);
        REQUIRE(reports.size() == 1);
        CHECK_THAT(reports[0].text,
                   Catch::Contains("slow.lua:4: 1.3 ms of sound take ") && Catch::Contains("\"slow\""));
        const auto stopped = session.live.of_kind(NotificationKind::error).at(0);
        CHECK_THAT(stopped.text, Catch::Contains("slow.lua:4:") && Catch::Contains("is stopped"));
        CHECK(reports[0].frame < stopped.frame);
        // Its neighbour, too, may run low beside quanta of 83 ms, and rise again.
        auto lowered = session.live.of_kind(NotificationKind::quality_changed);
        std::erase_if(lowered, [](const Notification& change) { return change.instrument != 1; });
        REQUIRE(lowered.size() >= 2);
        CHECK(lowered.back().value == 0);
        CHECK(lowered.back().frame <= stopped.frame);
        session.play(8192);
        CHECK(session.missing() == 0);
        CHECK(session.live.engine.voices_sounding() == 1);
        // The next note of it is known: it begins last, and goes the same way.
        session.live.send(EventKind::note_on, 62, 1, 1);
        for (int i = 0; i < 100 && session.of_slow(NotificationKind::error) == 1; ++i) session.play(1024);
        CHECK(session.of_slow(NotificationKind::error) == 2);
        CHECK(session.missing() == 0);
        CHECK(session.live.of_kind(NotificationKind::slow).size() == 1);
    }
}

TEST_CASE("a voice that keeps up at a lower quality plays on there") {
    SlowSession session(costly({10, 1000, 1000}));
    session.start();
    session.play(60'000);
    CHECK(session.of_slow(NotificationKind::error) == 0);
    CHECK(session.live.engine.state().worker_voice(1).quality == 0);
    CHECK(session.right() == 0.01f);
    CHECK(session.missing() == 0);
}

TEST_CASE("a voice that is slow for a while is not stopped, and comes back") {
    auto c = costly({1000, 1000, 1000});
    c.from_frame = 4000;
    c.to_frame = 4000 + 6 * quantum_frames;
    SlowSession session(c);
    session.start();
    session.play(60'000);
    CHECK(session.of_slow(NotificationKind::error) == 0);
    CHECK(session.right() == 0.01f);
    CHECK(session.missing() == 0);
    CHECK(session.live.engine.voices_sounding() == 2);
}

TEST_CASE("events that would be rewound do not make a slow voice's neighbours wait") {
    auto c = costly({1000, 1000, 1000});
    c.from_frame = 9000;
    SlowSession session(c);
    session.start(3);
    for (int i = 0; i < 60; ++i) {
        session.play(1024);
        session.live.send(EventKind::pitch_bend, 0, 0.01 * i, 1);
    }
    CHECK(session.of_slow(NotificationKind::error) == 3);
    CHECK(session.missing() == 0);
}

TEST_CASE("a low priority voice that is slow ends when it runs dry, and is named all the same") {
    SlowSession session(costly({1000, 1000, 1000}), {}, 10);
    session.start();
    session.play(40'000);
    CHECK(session.live.of_kind(NotificationKind::slow).size() == 1);
    CHECK(session.live.engine.voices_sounding() == 1);
    CHECK(session.missing() == 0);
}

TEST_CASE("notes whose start takes long begin when the others can wait") {
    auto c = costly({});
    c.start_frames = 2000;
    SlowSession session(c);
    session.start();
    session.play(2048);
    for (int i = 0; i < 24; ++i) {
        session.live.send(EventKind::note_on, 40 + i, 0.1, 1);
        session.play(512);
    }
    session.play(60'000);
    CHECK(session.missing() == 0);
    CHECK(session.of_slow(NotificationKind::voice_started) > 16);
    const auto reports = session.live.of_kind(NotificationKind::slow);
    REQUIRE(reports.size() == 1);
    CHECK_THAT(reports[0].text, Catch::Contains("slow.lua:3: start takes 42 ms"));
}

TEST_CASE("where a slow voice was stopped and its quality lowered, a replay does it again") {
    const ScriptFolder folder;
    const auto log = folder.path() / "session.frlog";
    std::vector<float> heard;
    {
        SlowSession session(costly({1000, 1000, 1000}), log);
        session.start(2);
        session.play(70'000);
        CHECK(session.of_slow(NotificationKind::error) == 2);
        heard = session.live.heard;
    }
    CHECK(difference(heard, replayed(log), 2).frames == 0);
}
