// ctest: timeout=120
// The whole engine, live: workers and conductor are real threads, the audio callback is the test, and time is its frames.

#include "tests/scenes/catch.h"
#include "tests/scenes/live_engine.h"
#include "tests/scenes/syscall_trap.h"

using namespace forerun;

namespace {

// Counts its own frames: what it says tells how often it was called.
const std::string counting_voice = R"(
local dsp = require "dsp"
return {
    priority = %PRIORITY%,
    start = function(self) self.count = 0 end,
    sample = function(self) self.count = self.count + 1 return self.count / 65536 end,
    done = function(self) return false end,
})";

std::string counting(int priority) {
    auto text = counting_voice;
    return text.replace(text.find("%PRIORITY%"), 10, std::to_string(priority));
}

// A rig of it alone, at unity gain.
std::filesystem::path counting_rig(const ScriptFolder& folder, int priority) {
    folder.write("count.lua", counting(priority));
    return folder.write("rig.lua", "return { instruments = { { name = \"count\", voice = \"count\" } } }");
}

// The counting voice on channel 1, as "good", and another on channel 2.
std::filesystem::path good_beside(const ScriptFolder& folder, const std::string& other) {
    folder.write("good.lua", counting(80));
    return folder.write("rig.lua", "return { instruments = { { voice = \"good\", channel = 1 }, { voice = \"" + other +
                                       "\", channel = 2 } } }");
}

// The count that an output sample stands for: pan to the middle is half the power.
std::int64_t count_of(float sample) { return std::llround(static_cast<double>(sample) * std::sqrt(2.0) * 65536); }

}  // namespace

TEST_CASE("a live note sounds at its arrival plus the event delay") {
    ScriptFolder folder;
    LiveEngine live(counting_rig(folder, 80));
    live.process(64);
    live.send(EventKind::note_on, 60, 1);
    REQUIRE(live.wait_until([&] { return live.fill(0) > 2000; }));
    while (live.left.size() < 1024) live.process(64);
    REQUIRE(live.wait_until([&] { return !live.of_kind(NotificationKind::voice_started).empty(); }));
    const auto started = live.of_kind(NotificationKind::voice_started);
    // It came in the block of frames 0 to 63 or after it.
    const auto start = static_cast<std::size_t>(started[0].frame);
    CHECK(start >= 256);
    CHECK(start <= 64 + 256);
    CHECK(live.left[start - 1] == 0.0f);
    CHECK(count_of(live.left[start]) == 1);
    CHECK(count_of(live.left[start + 100]) == 101);
}

TEST_CASE("a high-priority voice comes back from an underrun on its grid, its state as it was") {
    ScriptFolder folder;
    const auto rig = counting_rig(folder, 80);
    // The worker may answer in the middle of a block, aim at its end and be overtaken; then it renders anew, and the
    // frames that nobody heard count, too. That is another case: tried again.
    for (int attempt = 0; attempt < 20; ++attempt) {
        LiveEngine live(rig);
        live.process(64);
        live.send(EventKind::note_on, 60, 1);
        REQUIRE(live.wait_until([&] { return live.fill(0) > 2000; }));
        // Time runs away from the worker until the ring is dry.
        while (live.engine.state().header().mixer.underrun_events == 0) live.process(4096);
        const auto seam = [&] { return VoiceWord::unpacked(live.engine.state().voice(0).word.load()).seam; };
        // Then it stands still until the worker has published the skip and filled the ring again.
        REQUIRE(live.wait_until([&] { return seam() > 0 && live.fill(0) > 3000; }));
        REQUIRE(live.wait_until([&] { return !live.of_kind(NotificationKind::voice_started).empty(); }));
        const auto start = live.of_kind(NotificationKind::voice_started)[0].frame;
        const auto due = std::max(live.clock(), start + seam());
        while (live.clock() < due + 256) live.process(64);
        REQUIRE(live.wait_until([&] { return !live.of_kind(NotificationKind::underrun).empty(); }));
        if (live.engine.state().worker(0).skips != 1) continue;

        const auto underruns = live.of_kind(NotificationKind::underrun);
        REQUIRE(underruns.size() == 1);
        const auto& record = underruns[0].underrun;
        CHECK_FALSE(record.stopped);
        CHECK(record.instrument == 0);
        CHECK(record.frames_missing > 0);
        const auto back = record.frame + record.frames_missing;
        CHECK((back - start) % quantum_frames == 0);
        CHECK(back >= start + seam());
        // The frames rendered on the timeline that ran dry, and not one more. The last quantum of it may have come too
        // late to be heard.
        const auto& line = live.engine.state().voice(0);
        const auto rendered = WrittenFrames::unpacked(line.written[0].load()).frames;
        CHECK(rendered >= record.frame - start);
        const auto unheard = back - (start + seam());
        CHECK(count_of(live.left[static_cast<std::size_t>(back) + 100]) == rendered + unheard + 101);
        CHECK(live.engine.state().header().mixer.underrun_events == 1);
        return;
    }
    FAIL("the worker was overtaken twenty times");
}

TEST_CASE("a voice that runs dry again in the block in which it came back comes back once more") {
    ScriptFolder folder;
    LiveEngine live(counting_rig(folder, 80));
    live.process(64);
    live.send(EventKind::note_on, 60, 1);
    REQUIRE(live.wait_until([&] { return live.fill(0) > 2000; }));
    std::uint64_t skips = 0;
    for (int round = 1; round <= 3; ++round) {
        const auto underruns = live.engine.state().header().mixer.underrun_events.load();
        while (live.engine.state().header().mixer.underrun_events == underruns) live.process(4096);
        REQUIRE(live.wait_until([&] { return live.engine.state().worker(0).skips > skips && live.fill(0) > 2000; }));
        skips = live.engine.state().worker(0).skips;
    }
    // Overtaken while it waits: more passes than was rendered ahead.
    for (int i = 0; i < 10; ++i) live.process(4096);
    // The more often it ran dry, the longer it stays away: a ring's length at most.
    for (int i = 0; i < 128 && live.left.back() <= 0; ++i) {
        REQUIRE(live.wait_until([&] { return live.fill(0) > 1000; }));
        live.process(64);
    }
    CHECK(live.left.back() > 0);
}

TEST_CASE("a low-priority voice is stopped by an underrun, and its slot comes back") {
    ScriptFolder folder;
    LiveEngine live(counting_rig(folder, 10));
    live.process(64);
    live.send(EventKind::note_on, 60, 1);
    REQUIRE(live.wait_until([&] { return live.fill(0) > 2000; }));
    while (live.engine.state().header().mixer.underrun_events == 0) live.process(4096);
    live.process(4096);
    REQUIRE(live.wait_until([&] { return live.engine.voices_sounding() == 0; }));
    REQUIRE(live.wait_until([&] { return !live.of_kind(NotificationKind::underrun).empty(); }));
    const auto underruns = live.of_kind(NotificationKind::underrun);
    REQUIRE(underruns.size() == 1);
    CHECK(underruns[0].underrun.stopped);
    live.process(64);
    CHECK(live.left.back() == 0.0f);
}

TEST_CASE("a script that fails at its thousandth quantum fades, is named, and the rest plays on") {
    ScriptFolder folder;
    folder.write("bad.lua", R"(
return {
    start = function(self) self.n = 0 end,
    render = function(self, out, n)
        self.n = self.n + 1
        if self.n == 1000 then error("had enough") end
        for i = 1, n do out[i] = 0.25 end
    end,
    done = function() return false end,
})");
    LiveEngine live(good_beside(folder, "bad"));
    live.send(EventKind::note_on, 60, 1, 1);
    REQUIRE(live.wait_until([&] { return live.fill(0) > 2000; }));
    live.send(EventKind::note_on, 60, 1, 0);
    REQUIRE(live.wait_until([&] { return live.fill(1) > 2000; }));
    while (live.of_kind(NotificationKind::error).empty() && live.left.size() < 200'000) {
        REQUIRE(live.wait_until([&] { return live.fill(1) > 2000; }));
        live.process(512);
    }
    const auto errors = live.of_kind(NotificationKind::error);
    REQUIRE(errors.size() == 1);
    CHECK_THAT(errors[0].text, Catch::Contains("bad.lua:6") && Catch::Contains("had enough"));
    for (int i = 0; i < 20; ++i) {
        REQUIRE(live.wait_until([&] { return live.fill(1) > 2000; }));
        live.process(512);
    }
    CHECK(live.engine.voices_sounding() == 1);
    CHECK(live.engine.state().header().mixer.underrun_events == 0);
    CHECK(count_of(live.left[live.left.size() - 1]) - count_of(live.left[live.left.size() - 101]) == 100);
}

TEST_CASE("a script that hangs is interrupted and named; the others only wait for their worker") {
    ScriptFolder folder;
    folder.write("hang.lua", R"(
return {
    start = function(self) end,
    sample = function(self)
        if self.pressure > 0.7 and self.pressure < 0.8 then
            pcall(function() while true do end end)
        end
        return 0
    end,
    done = function() return false end,
})");
    LiveEngine live(good_beside(folder, "hang"));
    live.send(EventKind::note_on, 60, 1, 0);
    REQUIRE(live.wait_until([&] { return live.fill(0) > 2000; }));
    live.send(EventKind::note_on, 60, 1, 1);
    live.send(EventKind::channel_pressure, 0, 0.75, 1);
    for (int i = 0; i < 200 && live.of_kind(NotificationKind::error).empty(); ++i) {
        live.wait_until([&] { return live.fill(0) > 1000 || !live.of_kind(NotificationKind::error).empty(); });
        live.process(64);
    }
    const auto errors = live.of_kind(NotificationKind::error);
    REQUIRE(errors.size() == 1);
    CHECK_THAT(errors[0].text, Catch::Contains("hang.lua:6"));
    REQUIRE(live.wait_until([&] { return live.fill(0) > 2000; }));
    live.process(64);
    // Every frame of the good voice is there. (The one that hangs may run dry: what it had before is heard.)
    const auto first = static_cast<std::size_t>(live.of_kind(NotificationKind::voice_started).at(0).frame);
    std::size_t wrong = 0;
    for (std::size_t i = first; i < live.left.size(); ++i)
        wrong += count_of(live.left[i]) != static_cast<std::int64_t>(i - first + 1);
    CHECK(wrong == 0);
}

TEST_CASE("samples that are no numbers are silenced and named, once; a million is no music either") {
    for (const std::string value : {"0/0", "1e6", "-1/0"}) {
        ScriptFolder folder;
        LiveEngine live(folder.write("wild.lua", ScriptFolder::voice("return " + value)));
        live.send(EventKind::note_on, 60, 1);
        REQUIRE(live.wait_until([&] { return live.fill(0) > 2000; }));
        for (int i = 0; i < 20; ++i) live.process(64);
        REQUIRE(live.wait_until([&] { return !live.of_kind(NotificationKind::error).empty(); }));
        CHECK(live.of_kind(NotificationKind::error).size() == 1);
        CHECK_THAT(live.of_kind(NotificationKind::error)[0].text, Catch::Contains("wild.lua"));
        CHECK(std::all_of(live.left.begin(), live.left.end(), [](float s) { return s == 0.0f; }));
    }
}

TEST_CASE("twenty thousand callbacks of a whole engine make no system call") {
    auto configuration = live_configuration();
    configuration.voices = 12;
    configuration.reserve_voices = 4;
    LiveEngine live(source_file("examples/mountain-king.lua"), configuration);
    test::SyscallTrap trap;
    REQUIRE(trap.available() == test::SyscallTrap::can_count());
    std::vector<float> block(64 * 2);
    std::uint32_t random = 1;
    for (int callback = 0; callback < 20'000; ++callback) {
        random = random * 1664525 + 1013904223;
        const auto key = static_cast<int>(30 + (random >> 20) % 60);
        const auto channel = static_cast<int>((random >> 16) % 10);
        if (callback % 4 == 0) live.send(EventKind::note_on, key, 0.5, channel);
        if (callback % 5 == 0) live.send(EventKind::note_off, key, 0, channel);
        if (callback % 7 == 0) live.send(EventKind::controller, 7, (random >> 8) % 128 / 127.0, channel);
        if (callback % 1000 == 999) live.send(EventKind::all_sound_off, 0, 0, all_channels);
        if (callback % 50 == 0) std::this_thread::sleep_for(std::chrono::microseconds(100));  // let workers have a turn
        const test::SyscallTrap::Watch watch;
        live.engine.process(block.data(), 64);
    }
    INFO("last system call: " << trap.last_number());
    CHECK(trap.count() == 0);
    const auto& header = live.engine.state().header();
    CHECK(header.mixer.callbacks == 20'000);
    CHECK(header.conductor.voices_started > 100);
    CHECK(header.conductor.voices_stolen > 10);
    CHECK(header.mixer.underrun_events > 10);
}
