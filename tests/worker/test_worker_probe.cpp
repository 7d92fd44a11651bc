// A probe is called where its worker's time goes, and what it takes there is the worker's.
#include "shared/worker_probe.h"

#include <array>
#include <atomic>
#include <thread>

#include "tests/scenes/catch.h"
#include "tests/scenes/live_engine.h"
#include "tests/scenes/script_folder.h"

using namespace forerun;

namespace {

// Counts its calls.
class Counts : public WorkerProbe, public WorkerProbes {
public:
    WorkerProbe* of(std::uint32_t worker) override {
        asked |= 1u << worker;
        return this;
    }
    bool changes_priority() const override { return true; }
    void step_begins(ProbedWorker& worker) override {
        ++steps;
        newest_clock = worker.clock_frame();
        if (makes_garbage.exchange(false)) worker.make_garbage(1 << 20);
        if (shows.exchange(false)) worker.shows(Activity::warming);
    }
    void activity_changes(std::int64_t now, WorkerActivity next) override {
        if (now < newest_change) ++mistakes;
        newest_change = now;
        ++changes[static_cast<std::size_t>(next.activity)];
    }
    void quantum_rendered(ProbedWorker&, std::int64_t nanoseconds) override {
        if (nanoseconds <= 0) ++mistakes;
        ++quanta;
    }
    std::int64_t added_cost(ProbedWorker&, const ProbedCall& call) override {
        ++(call.is_start ? starts : calls);
        newest_frame = call.rendered_frame;
        if (call.instrument != 0) ++mistakes;
        while (holds) std::this_thread::yield();
        return cost;
    }

    unsigned asked = 0;
    std::atomic<bool> makes_garbage{false}, shows{false}, holds{false};
    std::atomic<std::int64_t> cost{0}, newest_frame{-1}, newest_clock{-1};
    std::atomic<int> steps{0}, quanta{0}, starts{0}, calls{0}, mistakes{0};
    std::array<std::atomic<int>, static_cast<std::size_t>(Activity::count)> changes{};
    int seen(Activity activity) const { return changes[static_cast<std::size_t>(activity)]; }

private:
    std::int64_t newest_change = 0;
};

}  // namespace

TEST_CASE("a probe gets what its worker does, call by call") {
    const ScriptFolder folder;
    Counts probe;
    LiveEngine live(folder.write("voice.lua", ScriptFolder::voice("return self.pressure")), live_configuration(), {},
                    {}, &probe);
    CHECK(probe.asked == 1);
    CHECK(probe.seen(Activity::warming) > 0);
    REQUIRE(live.wait_until([&] { return probe.steps > 0; }));
    live.process(64);
    live.send(EventKind::note_on, 60, 1, 0, live.clock() + 64);
    REQUIRE(live.wait_until([&] { return live.fill(0) > 3000; }));
    CHECK(probe.starts == 1);
    const auto& worker = live.engine.state().worker(0);
    REQUIRE(live.wait_until([&] { return probe.quanta * 64 == static_cast<int>(worker.frames_rendered.load()); }));
    REQUIRE(live.wait_until([&] { return probe.calls == probe.quanta; }));
    CHECK(probe.newest_frame > 3000);
    CHECK(probe.mistakes == 0);
    CHECK(probe.seen(Activity::starting_voice) == 1);
    CHECK(probe.seen(Activity::rendering) > 0);
    CHECK(probe.seen(Activity::rewinding) == 0);
    // What is rendered again costs, too, but is not yet the voice's sound.
    live.send(EventKind::channel_pressure, 0, 0.5, 0, live.clock() + 400);
    REQUIRE(live.wait_until([&] { return worker.rewinds == 1 && live.fill(0) > 3000; }));
    CHECK(probe.seen(Activity::rewinding) == 1);
    CHECK(probe.calls > probe.quanta);
    live.process(64);
    REQUIRE(live.wait_until([&] { return probe.newest_clock == live.clock(); }));
}

TEST_CASE("a probe makes garbage in its worker's scripts, and says what the worker is seen doing") {
    const ScriptFolder folder;
    Counts probe;
    LiveEngine live(folder.write("voice.lua", ScriptFolder::voice("return 0.1")), live_configuration(), {}, {}, &probe);
    const auto& worker = live.engine.state().worker(0);
    REQUIRE(live.wait_until([&] { return worker.lua_bytes > 0; }));
    const auto bytes = worker.lua_bytes.load();
    probe.makes_garbage = true;
    REQUIRE(live.wait_until([&] { return worker.lua_bytes > bytes + (1 << 19); }));
    const auto warmed = probe.seen(Activity::warming);
    probe.shows = true;
    REQUIRE(live.wait_until([&] { return probe.seen(Activity::warming) == warmed + 1; }));
}

TEST_CASE("what a probe adds to a call's cost makes the voice slow") {
    const ScriptFolder folder;
    Counts probe;
    LiveEngine live(folder.write("voice.lua", ScriptFolder::voice("return 0.1")), live_configuration(), {}, {}, &probe);
    live.send(EventKind::note_on, 60, 1, 0, 64);
    REQUIRE(live.wait_until([&] { return live.fill(0) > 3000; }));
    CHECK(live.of_kind(NotificationKind::error).empty());
    probe.cost = 20'000'000;  // of a quantum that sounds 1.3 ms
    const auto counted = probe.calls.load();
    while (probe.calls < counted + 20) {
        live.process(64);
        REQUIRE(live.wait_until([&] { return live.fill(0) > 3000; }));
    }
    CHECK(live.of_kind(NotificationKind::slow).empty());  // there is time enough
    // What is due in a ring that runs low.
    probe.holds = true;
    while (live.fill(0) > 500) live.process(64);
    probe.holds = false;
    live.wait_until([&] { return !live.of_kind(NotificationKind::slow).empty(); });
    CHECK(live.of_kind(NotificationKind::slow).size() == 1);
}
