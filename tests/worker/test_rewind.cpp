// What rewinding does for one event: on time, late, at a voice's end, in a script that hangs or cannot be copied.
#include <pthread.h>

#include "rt-engine/mixer/mixer.h"
#include "rt-engine/threads/realtime_thread.h"
#include "tests/scenes/random_session.h"
#include "tests/scenes/replayed_session.h"
#include "tests/scenes/syscall_trap.h"

using namespace forerun;

namespace {

// This thread stands in for the audio thread: workers that hang, of this and other tests, leave an ordinary one no time where
// they have real-time rights.
struct AudioPriority {
    AudioPriority() { raise_to_realtime(audio_thread_priority); }
    ~AudioPriority() {
        const sched_param ordinary{};
        pthread_setschedparam(pthread_self(), SCHED_OTHER, &ordinary);
    }
};

// A held note that has played two blocks and is rendered far ahead.
void hold_a_note(LiveEngine& live) {
    live.send(EventKind::note_on, 60, 1, 0, 64);
    REQUIRE(live.wait_until([&] { return live.fill(0) > 3000; }));
    live.process(64);
    live.process(64);
}

// Two blocks on, a rewind for a bend at frame 400 is done and not taken yet.
void bend_ahead(LiveEngine& live) {
    hold_a_note(live);
    live.send(EventKind::pitch_bend, 0, 0.5, 0, 400);
    // Published shallow, where time was short, it would be rendered up to the next event, not taken back to it.
    REQUIRE(live.wait_until([&] { return live.engine.state().worker(0).rewinds == 1 && live.fill(0) > 3000; }));
}

bool is_rewinding(const LiveEngine& live) {
    return WorkerActivity::unpacked(live.engine.state().worker(0).activity.load()).activity == Activity::rewinding;
}

}  // namespace

TEST_CASE("a script whose state cannot be copied says so, and its events wait for the buffer") {
    struct Case {
        const char *sample, *start, *top, *reason;
    };
    const Case cases[] = {
        {"_G.n = ((_G.n or 0) + 0.01) % 1 return _G.n", "", "", "voice.lua:7: reads _G while it sounds"},
        {"setmetatable(self.t, { __index = { x = 0.5 } }) return self.t.x", "self.t = {}", "",
         "voice.lua:7: calls setmetatable"},
        {"rawset(self, 'x', 1) return 0.1", "", "", "voice.lua:7: calls rawset"},
        {"local k, v = self.f() return v and v * 0.01 or 0", "self.f = pairs({ 1, 2, 3 })", "", "has state of its own"},
        {"self.t[1 + #self.t % 9000] = self.bend return 0.1", "self.t = {} for i = 1, 9000 do self.t[i] = 0 end", "",
         "keeps more than 8192 values"},
    };
    for (const auto& c : cases) {
        const ScriptFolder folder;
        const auto file = folder.write("voice.lua", ScriptFolder::voice(c.sample, c.start, c.top));
        const auto session =
            RandomSession({.script = file, .frames = 16000, .configuration = session_configuration()}).play();
        CAPTURE(c.sample);
        REQUIRE(session.fixed.size() == 1);
        CHECK_THAT(session.fixed[0], Catch::Contains("voice.lua") && Catch::Contains(c.reason));
        CHECK(session.rewinds == 0);
        CHECK(session.late_events > 0);
    }
}

TEST_CASE("state that cannot be copied any more in the middle of a rewind ends it, and the event waits") {
    const ScriptFolder folder;
    // Never quick, so that copies are close.
    const auto file = folder.write("voice.lua", ScriptFolder::voice(R"(
        local x = 0
        for i = 1, 1000 do x = x * 0.9999 + 0.00001 * i end
        if self.pressure > 0.5 and #self.t == 0 then for i = 1, 9000 do self.t[i] = i end end
        return 0.1 + 0.1 * self.modulation + 1e-9 * x)",
                                                                    "self.t = {}"));
    LiveEngine live(file);
    const auto& worker = live.engine.state().worker(0);
    hold_a_note(live);
    live.send(EventKind::channel_pressure, 0, 1, 0, 2000);
    REQUIRE(live.wait_until([&] { return live.of_kind(NotificationKind::fixed).size() == 1; }));
    CHECK_THAT(live.of_kind(NotificationKind::fixed)[0].text, Catch::Contains("keeps more than 8192 values"));
    while (live.clock() < 640) live.process(64);
    live.send(EventKind::controller, 1, 1, 0, 700);
    REQUIRE(live.wait_until([&] { return worker.late_events > 0; }));
    CHECK(live.engine.voices_sounding() == 1);
}

TEST_CASE("an event in rendered audio is heard at its frame, not when the buffer has been played") {
    const ScriptFolder folder;
    const auto file = folder.write("voice.lua", ScriptFolder::voice("return self.pressure"));
    for (const bool rewind : {true, false}) {
        auto c = live_configuration();
        c.rewind = rewind;
        LiveEngine live(file, c);
        live.send(EventKind::note_on, 60, 1, 0, 64);
        REQUIRE(live.wait_until([&] { return live.fill(0) > 3000; }));
        live.process(64);
        live.process(64);
        live.send(EventKind::channel_pressure, 0, 0.5, 0, 300);
        const auto& line = live.engine.state().worker(0);
        REQUIRE(live.wait_until([&] { return line.rewinds + line.late_events == 1; }));
        while (live.left.size() < 8192) {
            REQUIRE(live.wait_until([&] { return live.fill(0) > 128; }));
            live.process(64);
        }
        const auto first = std::find_if(live.left.begin(), live.left.end(), [](float s) { return s != 0.0f; });
        if (rewind)
            CHECK(first - live.left.begin() == 300);
        else
            CHECK(first - live.left.begin() > 3000);
    }
}

TEST_CASE("an event whose voice ends before its worker can react is counted as late") {
    const ScriptFolder folder;
    folder.write("short.lua", R"(return {
        start = function(self) self.n = 0 end,
        sample = function(self) self.n = self.n + 1 return 0.1 end,
        done = function(self) return self.n >= 1000 end,
    })");
    folder.write("hang.lua", R"(return {
        start = function(self) end,
        sample = function(self)
            if self.pressure > 0.7 and self.pressure < 0.8 then while true do end end
            return 0
        end,
        done = function() return false end,
    })");
    auto configuration = live_configuration();
    configuration.watchdog_milliseconds = 1000;  // longer than the blocks below take
    LiveEngine live(folder.write("rig.lua",
                                 "return { instruments = { { voice = 'short', channel = 1 }, "
                                 "{ voice = 'hang', channel = 2 } } }"),
                    configuration);
    live.send(EventKind::note_on, 60, 1, 0, 64);
    live.send(EventKind::note_on, 60, 1, 1, 64);
    REQUIRE(live.wait_until([&] { return live.ended(0) && live.fill(1) > 3000; }));
    while (live.clock() < 960) live.process(64);
    const auto& worker = live.engine.state().worker(0);
    const AudioPriority in_time;
    live.send(EventKind::channel_pressure, 0, 0.75, 1, 980);
    REQUIRE(live.wait_until([&] { return is_rewinding(live); }));
    live.send(EventKind::channel_pressure, 0, 0.5, 0, 980);
    while (live.clock() < 1280) live.process(64);
    REQUIRE(live.wait_until([&] { return live.engine.state().worker_voice(0).released_generation_plus_one != 0; }));
    CHECK(worker.late_events == 1);
}

TEST_CASE("an event that comes too late is heard by a crossfade from where the mixer is, and recorded") {
    const ScriptFolder folder;
    LiveEngine live(folder.write("voice.lua", ScriptFolder::voice("return self.pressure")));
    live.send(EventKind::note_on, 60, 1, 0, 64);
    REQUIRE(live.wait_until([&] { return live.fill(0) > 3000; }));
    for (int i = 0; i < 8; ++i) live.process(64);
    live.send(EventKind::channel_pressure, 0, 0.5, 0, 400);
    REQUIRE(live.wait_until([&] { return live.engine.state().worker(0).rewinds == 1 && live.fill(0) > 1000; }));
    live.process(64);
    live.process(64);
    REQUIRE(live.wait_until([&] { return !live.of_kind(NotificationKind::late_switch).empty(); }));
    const auto late = live.of_kind(NotificationKind::late_switch)[0];
    CHECK(late.frame == 512);
    CHECK(late.value == 112);
    CHECK(live.left[511] == 0.0f);
    CHECK(live.left[512] < 0.05f);
    CHECK(live.left[512 + 63] > 0.12f);
    CHECK(live.engine.state().header().mixer.lateness_frames.max() == 112);
}

TEST_CASE("a script that hangs in a rewind which the mixer overtakes plays to the event that it hangs at") {
    const ScriptFolder folder;
    auto configuration = live_configuration();
    configuration.watchdog_milliseconds = 400;  // long enough for the blocks below
    LiveEngine live(folder.write("voice.lua", ScriptFolder::voice("while self.pressure > 0.5 do end return self.bend")),
                    configuration);
    const auto& worker = live.engine.state().worker(0);
    bend_ahead(live);
    const AudioPriority in_time;
    live.send(EventKind::channel_pressure, 0, 1, 0, 1000);
    REQUIRE(live.wait_until([&] { return worker.rewinds == 1 && is_rewinding(live); }));
    while (live.clock() < 512) live.process(64);  // takes the bend
    REQUIRE(live.wait_until([&] { return worker.rewinds == 2; }));
    CHECK(worker.rewinds_overtaken == 1);
    while (live.clock() < 2048) live.process(64);
    CHECK(live.wait_until([&] { return live.of_kind(NotificationKind::error).size() == 1; }));
    // Up to the quantum of the pressure; from there the last sample decays.
    CHECK(live.left[900] == live.left[500]);
    CHECK(live.left[900] > 0);
    CHECK(live.left[1200] == 0);
    CHECK(live.engine.state().header().mixer.underrun_events == 0);
}

TEST_CASE("behind a stall a second event is heard as soon as the first") {
    const ScriptFolder folder;
    // Never quick, so that copies are close.
    const auto file = folder.write("voice.lua", ScriptFolder::voice(R"(
        local x = 0
        for i = 1, 1000 do x = x * 0.9999 + 0.00001 * i end
        return self.pressure + self.modulation + 1e-9 * x)"));
    auto configuration = live_configuration();
    configuration.depth_frames = 16384;
    LiveEngine live(file, configuration);
    const auto& worker = live.engine.state().worker(0);
    live.send(EventKind::note_on, 60, 1, 0, 64);
    REQUIRE(live.wait_until([&] { return live.fill(0) > 15000; }));
    while (live.clock() < 9600) live.process(64);
    live.send(EventKind::channel_pressure, 0, 0.25, 0, 5000);
    REQUIRE(live.wait_until([&] { return worker.rewinds == 1 && live.fill(0) > 3000; }));
    live.send(EventKind::controller, 1, 0.5, 0, 9600);
    REQUIRE(live.wait_until([&] { return worker.rewinds == 2 || worker.late_events == 1; }));
    CHECK(worker.rewinds_again == 1);
    CHECK(worker.late_events == 0);
    REQUIRE(live.wait_until([&] { return live.fill(0) > 256; }));
    for (int i = 0; i < 4; ++i) live.process(64);
    CHECK(live.left[9599] < 0.01f);
    CHECK(live.left.back() > 0.15f);
}

TEST_CASE("what a rewind that the mixer overtakes has rendered leaves nothing behind") {
    const ScriptFolder folder;
    // Slow under pressure: time for the mixer. And never quick, so that copies are close.
    const auto file = folder.write("voice.lua", ScriptFolder::voice(R"(
        local x = self.bend
        for i = 1, self.pressure > 0.5 and 30000 or 1000 do x = x * 0.9999 + 0.00001 * i end
        self.sum = (self.sum + 0.001 * self.bend + 0.0001 * self.pressure + 1e-9 * x) % 1
        return 0.1 * self.sum)",
                                                                    "self.sum = 0"));
    const auto log = folder.path() / "session.frlog";
    LiveEngine live(file, live_configuration(), log);
    const auto& worker = live.engine.state().worker(0);
    bend_ahead(live);
    const AudioPriority in_time;
    live.send(EventKind::channel_pressure, 0, 1, 0, 500);
    REQUIRE(live.wait_until([&] { return is_rewinding(live); }));
    while (live.clock() < 2048) live.process(64);  // takes the bend
    REQUIRE(live.wait_until([&] { return worker.rewinds == 2 && live.fill(0) > 256; }));
    CHECK(worker.rewinds_overtaken == 1);
    CHECK(worker.events_moved == 0);
    while (live.clock() < 2304) live.process(64);
    REQUIRE(live.engine.state().header().mixer.late_switches == 1);
    live.engine.stop();
    CHECK(difference(live.heard, replayed(log), 2).frames == 0);
}

TEST_CASE("the end of a voice is taken back by what happens before it") {
    const ScriptFolder folder;
    const auto file = folder.write("voice.lua", R"(
return {
    start = function(self) self.left = 2000 end,
    sample = function(self)
        self.left = self.left - 1
        if self.pressure > 0.5 and self.left < 100 then self.left = 3000 end
        return 0.1
    end,
    done = function(self) return self.left <= 0 end,
})");
    LiveEngine live(file);
    live.send(EventKind::note_on, 60, 1, 0, 64);
    REQUIRE(live.wait_until([&] { return live.ended(0); }));
    for (int i = 0; i < 4; ++i) live.process(64);
    live.send(EventKind::channel_pressure, 0, 1, 0, 400);
    REQUIRE(live.wait_until([&] { return live.engine.state().worker(0).rewinds == 1 && live.fill(0) > 3000; }));
    while (live.left.size() < 3000) {
        REQUIRE(live.wait_until([&] { return live.fill(0) > 128; }));
        live.process(64);
    }
    CHECK(live.left.back() > 0);
    CHECK(live.engine.voices_sounding() == 1);
}

TEST_CASE("callbacks that take rewound timelines make no system call") {
    LiveEngine live(source_file("scripts/voices/lead.lua"));
    test::SyscallTrap trap;
    REQUIRE(trap.available() == test::SyscallTrap::can_count());
    std::vector<float> block(64 * 2);
    for (int key = 40; key < 48; ++key) live.send(EventKind::note_on, key, 1, 0, 64);
    REQUIRE(live.wait_until([&] { return live.fill(7) > 3000; }));
    const auto& header = live.engine.state().header();
    const auto& line = live.engine.state().worker(0);
    for (int round = 0; round < 1500 && header.mixer.switches < 400; ++round) {
        const auto rewinds = line.rewinds.load();
        live.send(EventKind::pitch_bend, 0, 0.001 * static_cast<double>(rewinds % 1000), 0,
                  live.clock() + static_cast<std::int64_t>(rewinds % 200) - 50);
        // A worker that waits for an acknowledgement needs time to pass.
        for (int i = 0; i < 4; ++i) {
            live.wait_until([&] { return line.rewinds > rewinds; }, 100);
            const test::SyscallTrap::Watch watch;
            live.engine.process(block.data(), 64);
        }
    }
    INFO("last system call: " << trap.last_number());
    CHECK(trap.count() == 0);
    CHECK(header.mixer.late_switches > 10);
    CHECK(header.mixer.late_switches < header.mixer.switches);
}
