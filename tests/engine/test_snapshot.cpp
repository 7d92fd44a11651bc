// What a display, a page and a report may look at, all at once, while the engine plays.
#include <algorithm>
#include <atomic>
#include <set>
#include <thread>

#include "rt-engine/snapshot.h"
#include "tests/scenes/catch.h"
#include "tests/scenes/live_engine.h"

using namespace forerun;

namespace {

// Two instruments on a bus each; what lies below middle C is the first's.
struct TwoInstruments {
    TwoInstruments() {
        folder.write("low.lua", R"(return {
            parameters = { level = { default = 0.25, minimum = 0, maximum = 1 }, other = { default = 3, minimum = 1,
                           maximum = 100, unit = "Hz", scale = "log" } },
            start = function(self) self.off = false end, release = function(self) self.off = true end,
            done = function(self) return self.off end,
            sample = function(self) return self.parameters.level end })");
        folder.write("high.lua", ScriptFolder::voice("return 0.5"));
        const auto rig = folder.write("rig.lua", R"(return {
            buses = { { name = "main" }, { name = "side" } },
            instruments = { { name = "low", voice = "low", keys = { 0, 59 } },
                            { name = "high", voice = "high", keys = { 60, 127 }, bus = "side" } },
            presets = { { name = "soft", values = { low = { level = 0.125 } } } } })");
        live = std::make_unique<LiveEngine>(rig);
    }
    // So many voices are heard, and well filled: time passes only then.
    bool sounds(std::size_t voices) {
        return live->wait_until([&] {
            const auto all = snapshot_of(live->engine).voices;
            if (all.size() != voices) live->process(64);
            return all.size() == voices && std::ranges::all_of(all, [](const auto& v) { return v.fill_frames > 1024; });
        });
    }
    ScriptFolder folder;
    std::unique_ptr<LiveEngine> live;
};

}  // namespace

TEST_CASE("a snapshot says what sounds, how full it is, how loud, and what the rig and its parameters are") {
    TwoInstruments two;
    auto& live = *two.live;
    live.send(EventKind::note_on, 48, 1, 3);
    live.send(EventKind::note_on, 72, 1, 4);
    live.send(EventKind::parameter, 1, 40);
    live.send(EventKind::tempo, 0, 99);
    live.send(EventKind::controller, 22, 1, 5);
    REQUIRE(two.sounds(2));
    for (int block = 0; block < 80; ++block) {  // until the meters are published
        live.process(64);
        REQUIRE(two.sounds(2));
    }
    const auto s = snapshot_of(live.engine);
    CHECK(s.frame == live.clock());
    CHECK(s.tempo == 99);
    CHECK_FALSE(s.idle);
    CHECK(s.used_rig == 0);
    CHECK(s.last_move.number == 22);
    CHECK(s.last_move.channel == 5);
    REQUIRE(s.voices.size() == 2);
    const auto& low = s.voices[s.voices[0].instrument == 0 ? 0 : 1];
    const auto& high = s.voices[s.voices[0].instrument == 0 ? 1 : 0];
    CHECK(low.key == 48);
    CHECK(low.channel == 3);
    CHECK(low.fill_frames == live.fill(low.slot));
    CHECK(low.level == Approx(0.25));
    CHECK(low.quality == 2);
    CHECK_FALSE(low.ended);
    CHECK(high.key == 72);
    CHECK(high.channel == 4);
    CHECK(high.instrument == 1);
    CHECK(high.level == Approx(0.5));
    REQUIRE(s.parameters.size() == 2);
    CHECK(s.parameters[1].name == "other");
    CHECK(s.parameters[1].unit == "Hz");
    CHECK(s.parameters[1].instrument == 0);
    CHECK(s.parameters[1].logarithmic);
    CHECK(s.parameters[1].moved);
    CHECK(s.parameters[1].minimum == 1);
    CHECK(s.parameters[1].maximum == 100);
    CHECK(s.parameters[1].default_value == 3);
    CHECK(s.parameters[1].value == 40);
    CHECK_FALSE(s.parameters[0].moved);
    REQUIRE(s.buses.size() == 2);
    CHECK(s.buses[1].name == "side");
    CHECK(s.buses[1].largest_peak() > s.buses[0].largest_peak());
    CHECK(s.output.largest_peak() > s.buses[1].largest_peak());
    REQUIRE(s.rig->presets.size() == 1);
    CHECK(s.rig->presets[0].name == "soft");
    CHECK(s.rig->instruments[1].name == "high");
    CHECK(s.workers.size() == 1);
    CHECK(s.workers[0].busy_nanoseconds > 0);
    CHECK(s.audio_nanoseconds > 0);
    CHECK(s.underrun_events == live.engine.state().header().mixer.underrun_events);
}

TEST_CASE("before the start a snapshot has the rig and no voices") {
    const ScriptFolder folder;
    Engine engine(live_configuration());
    CHECK(snapshot_of(engine).rig->instruments.empty());
    engine.load_voice(folder.write("voice.lua", ScriptFolder::voice("return 0")));
    const auto s = snapshot_of(engine);
    CHECK(s.rig->instruments.size() == 1);
    CHECK(s.voices.empty());
    CHECK(s.idle);
}

TEST_CASE("several take snapshots while notes come and go, and every voice in them is one note") {
    TwoInstruments two;
    auto& live = *two.live;
    std::atomic<bool> done{false};
    std::atomic<int> mixed{0};
    std::atomic<std::int64_t> seen[2]{};
    const auto look = [&](std::size_t reader) {
        EngineSnapshot s;
        while (!done.load()) {
            take_snapshot(live.engine, s);
            std::set<std::uint32_t> slots;
            for (const auto& v : s.voices) {
                mixed += v.instrument != (v.key < 60 ? 0 : 1) || v.channel != v.key % 16 || v.serial == 0;
                slots.insert(v.slot);
            }
            mixed += slots.size() != s.voices.size();
            seen[reader] += std::ssize(s.voices);
        }
    };
    std::thread first(look, 0), second(look, 1);
    for (int note = 0; (note < 400 || seen[0] < 100 || seen[1] < 100) && note < 20'000; ++note) {
        const int key = 40 + note * 7 % 40;
        live.send(EventKind::note_on, key, 1, key % 16);
        live.process(64);
        if (note % 3 == 0) live.send(EventKind::all_sound_off, 0, 0, all_channels);
        live.process(64);
    }
    done = true;
    first.join();
    second.join();
    CHECK(mixed == 0);
    CHECK(seen[0] >= 100);
    CHECK(seen[1] >= 100);
}
