// A voice's script changes while its notes sound.
#include "script-runtime/worker/script_versions.h"
#include "tests/scenes/random_session.h"
#include "tests/scenes/replayed_session.h"
#include "tools/live/script_watcher.h"

using namespace forerun;

namespace {

// Lets time pass, never faster than the worker renders the first `voices` slots.
void play(LiveEngine& live, std::int64_t frames, std::uint32_t voices = 1) {
    for (const auto until = live.clock() + frames; live.clock() < until;) {
        for (std::uint32_t slot = 0; slot < voices; ++slot)
            REQUIRE(live.wait_until([&] { return live.ended(slot) || live.fill(slot) > 128; }));
        live.process(64);
    }
}

void hold_note(LiveEngine& live) {
    live.send(EventKind::note_on, 60, 1, 0, 64);
    REQUIRE(live.wait_until([&] { return live.fill(0) > 3000; }));
    play(live, 1024);
}

// Reloads, and waits until what was rendered has been taken back.
void reload(LiveEngine& live, const std::filesystem::path& file) {
    const auto& worker = live.engine.state().worker(0);
    const auto& events = live.engine.state().header().conductor.events;
    const auto rewinds = worker.rewinds.load(), handled = events.load();
    REQUIRE(live.engine.reload(file) == 1);
    // The defaults' event and the version's; then the worker has nothing left to do.
    REQUIRE(live.wait_until([&] { return worker.rewinds > rewinds && events >= handled + 2; }));
    const auto sleeps = worker.sleeps.load();
    REQUIRE(live.wait_until([&] { return worker.sleeps >= sleeps + 2; }));
}

}  // namespace

TEST_CASE("a new version is heard in the held note, by an equal-power fade of 20 ms") {
    const ScriptFolder folder;
    const auto file = folder.write("voice.lua", ScriptFolder::voice("return 0.1"));
    LiveEngine live(file);
    hold_note(live);
    const auto before = static_cast<std::size_t>(live.clock());
    folder.write("voice.lua", ScriptFolder::voice("return 0.3"));
    reload(live, file);
    play(live, 2048);
    const auto gain = static_cast<double>(live.left[before - 1]) / 0.1;
    const auto changed = std::find_if(live.left.begin() + static_cast<std::ptrdiff_t>(before), live.left.end(),
                                      [&](float s) { return s != live.left[before - 1]; });
    const auto from = static_cast<std::size_t>(changed - live.left.begin());
    // The event delay, and half a second of audio was rendered already.
    CHECK(from >= before);
    CHECK(from <= before + 256 + 64);
    const auto at = [&](std::size_t i) { return static_cast<double>(live.left[from + i]) / gain; };
    CHECK(at(480) == Approx((0.1 + 0.3) * std::sqrt(0.5)).epsilon(0.01));
    CHECK(at(1000) == Approx(0.3).epsilon(1e-5));
    CHECK(live.engine.state().header().mixer.late_switches == 0);
    // New notes have it from their start.
    live.send(EventKind::note_on, 72, 1, 0, live.clock() + 4000);
    play(live, 3900);
    play(live, 2000, 2);
    CHECK(static_cast<double>(live.left.back()) / gain == Approx(0.6).epsilon(1e-4));
}

TEST_CASE("what has happened since the note began goes on; what start sets is the new version's") {
    const ScriptFolder folder;
    // Ten output values, one per piece of state.
    const auto version = [](double setting, double cutoff, const char* longest) {
        return ScriptFolder::voice(
            "self.count = self.count + 1 self.list[1] = self.list[1] + 1 self.late = (self.late or 0) + 1\n"
            "self.line:write(self.count) self.env:next()\n"
            "return 0.01 * (self.setting + 1e-5 * self.count + self.list[2] + 1e-5 * self.list[1] + 1e-5 * self.late + "
            "1e-5 * self.line:read(100) + 1e-5 * self.env.t + self.bend)",
            "self.count = 0 self.setting = " + std::to_string(setting) + " self.list = { 0, " + std::to_string(cutoff) +
                " } self.line = dsp.delay(" + longest + ") self.env = dsp.adsr(0.01, 1, 0.5, " +
                std::to_string(setting) + ")");
    };
    const auto file = folder.write("voice.lua", version(1, 2, "0.01"));
    LiveEngine live(file);
    hold_note(live);
    live.send(EventKind::pitch_bend, 0, 0.5);
    REQUIRE(live.wait_until([&] { return live.engine.state().worker(0).rewinds == 1; }));
    play(live, 512);
    folder.write("voice.lua", version(3, 5, "0.02"));
    reload(live, file);
    play(live, 2048);
    // Ramps of five parts that count frames, and of a sixth that is a hundred frames late; the settings are new.
    const auto gain = std::pow(10, -9 / 20.0) * std::sqrt(0.5);
    const auto n = static_cast<double>(live.clock() - 64);
    const auto expected = 0.01 * (3 + 5 + 1e-5 * (4 * n + (n - 99)) + std::exp2(0.5 * 2 / 12));
    CHECK(static_cast<double>(live.left.back()) / gain == Approx(expected).epsilon(1e-5));
}

TEST_CASE("a new default applies to the held note and to the next ones, unless the parameter was moved") {
    const ScriptFolder folder;
    // `first` is read in start alone, `second` all the time.
    const auto version = [](double value, const std::string& more = "") {
        const auto range = std::to_string(value) + ", minimum = 0, maximum = 1 }";
        return "return { parameters = { first = { default = " + range + ", second = { default = " + range + more +
               " }, start = function(self) self.x = self.parameters.first end, done = function() return false end, "
               "sample = function(self) return self.x + self.parameters.second + (rawget(self.parameters, \"third\") "
               "or 0) end }";
    };
    const auto file = folder.write("voice.lua", "");
    folder.write("voice.lua", version(0.1));
    LiveEngine live(file);
    hold_note(live);
    const auto gain = static_cast<double>(live.left.back()) / 0.2;
    const auto sound = [&] { return static_cast<double>(live.left.back()) / gain; };
    folder.write("voice.lua", version(0.15));
    reload(live, file);
    CHECK(live.engine.take_reload_remarks().empty());
    play(live, 2048);
    CHECK(sound() == Approx(0.3).epsilon(1e-5));
    live.send(EventKind::note_on, 72, 1, 0, live.clock() + 4000);
    play(live, 3900);
    play(live, 2000, 2);
    CHECK(sound() == Approx(0.6).epsilon(1e-5));

    // One is moved; another is new, and its default changes twice.
    live.send(EventKind::parameter, 1, 0.05);
    play(live, 1024, 2);
    folder.write("voice.lua", version(0.2, ", third = { default = 0.01, minimum = 0, maximum = 1 }"));
    reload(live, file);
    auto remarks = live.engine.take_reload_remarks();
    REQUIRE(remarks.size() == 2);
    CHECK_THAT(remarks[0], Catch::Contains("voice.lua: parameter \"third\" is new"));
    CHECK(remarks[1] == "voice: \"second\" was moved and stays at 0.05");
    play(live, 2048, 2);
    CHECK(sound() == Approx(2 * (0.2 + 0.05 + 0.01)).epsilon(1e-5));
    folder.write("voice.lua", version(0.2, ", third = { default = 0.02, minimum = 0, maximum = 1 }"));
    reload(live, file);
    CHECK(live.engine.take_reload_remarks().empty());
    play(live, 2048, 2);
    CHECK(sound() == Approx(2 * (0.2 + 0.05 + 0.02)).epsilon(1e-5));
}

TEST_CASE("description changes without effect are reported, and a value that the rig sets stays") {
    const ScriptFolder folder;
    const auto voice = [](const std::string& fields) {
        return "return { " + fields +
               ", done = function() return false end, sample = function(self) return "
               "self.parameters.level end }";
    };
    const auto file =
        folder.write("voice.lua", voice("parameters = { level = { default = 0.1, minimum = 0, maximum = 1 } }"));
    // Set to what is the default: it is the rig's all the same.
    LiveEngine live(
        folder.write("rig.lua", "return { instruments = { { voice = \"voice\", parameters = { level = 0.1 } } } }"));
    hold_note(live);
    const auto sound = live.left.back();
    folder.write("voice.lua",
                 voice("name = \"new\", polyphony = 3, priority = 7, parameters = { level = { default = 0.5, "
                       "minimum = 0, maximum = 2, unit = \"dB\" } }"));
    reload(live, file);
    const auto remarks = live.engine.take_reload_remarks();
    const char* says[] = {"its name is now \"new\"", "polyphony is now 3",        "priority is now 7",
                          "has another range",       "has another unit or scale", "voice: the rig sets \"level\""};
    REQUIRE(remarks.size() == std::size(says));
    for (std::size_t i = 0; i < remarks.size(); ++i) CHECK_THAT(remarks[i], Catch::Contains(says[i]));
    play(live, 2048);
    CHECK(live.left.back() == sound);
}

TEST_CASE("a session in which defaults change is replayed as it was heard") {
    const ScriptFolder folder;
    const auto script = [](double value) {
        return "local dsp = require \"dsp\"\nreturn { parameters = { level = { default = " + std::to_string(value) +
               ", minimum = 0, maximum = 1 } }, start = function(self) self.amp = dsp.adsr(0.01, 0.1, 0.7, 0.2) end, "
               "sample = function(self) return self.parameters.level * self.bend * self.amp:next() end }";
    };
    for (std::uint32_t seed = 1; seed <= 4; ++seed) {
        SessionPlan plan{.script = folder.write("voice.lua", script(0.1)), .seed = seed};
        plan.configuration = session_configuration();
        plan.patient = seed % 2 == 0;
        plan.log = folder.path() / "session.frlog";
        for (const double value : {0.2, 0.05, 0.3}) plan.versions.push_back(script(value));
        const auto session = RandomSession(plan).play();
        const auto d = difference(session.heard, replayed(plan.log), 2);
        INFO("seed " << seed << ", differs first at frame " << d.first);
        CHECK(d.frames == 0);
    }
}

TEST_CASE("a version that cannot be used is never heard, and says where it breaks") {
    const ScriptFolder folder;
    const auto good = ScriptFolder::voice("return 0.1");
    const auto file = folder.write("voice.lua", good);
    LiveEngine live(file);
    hold_note(live);
    const auto sound = live.left.back();
    struct Case {
        std::string text;
        const char* says;
    };
    const Case cases[] = {
        {"return {", "voice.lua:1:"},
        {ScriptFolder::voice("return 0.1", "error('no start')"), "voice.lua:4: no start"},
        {ScriptFolder::voice("return self.none.x"), "voice.lua:7:"},
        {ScriptFolder::voice("return 0 / 0"), "not numbers"},
        {ScriptFolder::voice("while true do end"), "did not return"},
        {"return 5", "returns a number; a voice script returns a table"},
        {"", "returns nothing; a voice script returns a table"},
    };
    for (const auto& c : cases) {
        folder.write("voice.lua", c.text);
        CAPTURE(c.text);
        CHECK_THAT(bad_input([&] { live.engine.reload(file); }), Catch::Contains(c.says));
        play(live, 1024);
        CHECK(live.left.back() == sound);
    }
    CHECK(live.engine.state().worker(0).rewinds == 0);
    // And the next good one is.
    folder.write("voice.lua", ScriptFolder::voice("return 0.2"));
    reload(live, file);
    play(live, 2048);
    CHECK(live.left.back() == Approx(2 * sound));
}

TEST_CASE("a new version that fails while it sounds ends its note, and the next notes play what has worked") {
    const ScriptFolder folder;
    const auto file = folder.write("voice.lua", ScriptFolder::voice("return 0.1"));
    LiveEngine live(file);
    hold_note(live);
    const auto sound = live.left.back();
    // A pressure that no check plays.
    folder.write(
        "voice.lua",
        ScriptFolder::voice("if self.pressure > 0.7 and self.pressure < 0.8 then local x = nil + 1 end return 0.2"));
    reload(live, file);
    live.send(EventKind::channel_pressure, 0, 0.75);
    REQUIRE(live.wait_until([&] { return !live.of_kind(NotificationKind::error).empty(); }));
    CHECK_THAT(live.of_kind(NotificationKind::error)[0].text, Catch::Contains("voice.lua:7"));
    live.send(EventKind::channel_pressure, 0, 0);
    for (int i = 0; i < 40; ++i) live.process(64);
    live.send(EventKind::note_on, 61, 1, 0, live.clock() + 600);
    const auto deepest = [&] { return std::max(live.fill(0), live.fill(1)); };
    REQUIRE(live.wait_until([&] { return deepest() > 3000; }));
    for (int i = 0; i < 100; ++i) {
        REQUIRE(live.wait_until([&] { return deepest() > 128; }));
        live.process(64);
    }
    CHECK(live.left.back() == sound);
}

TEST_CASE("a version that fails takes its defaults with it, and the next one brings its own") {
    const ScriptFolder folder;
    const auto version = [](double value, const std::string& fault = "") {
        return "return { parameters = { level = { default = " + std::to_string(value) +
               ", minimum = 0, maximum = 1 } }, done = function() return false end, sample = function(self) " + fault +
               " return self.parameters.level end }";
    };
    const auto file = folder.write("voice.lua", version(0.1));
    LiveEngine live(file);
    hold_note(live);
    const auto level = [&] { return live.engine.state().parameter(0).value.load(); };
    folder.write("voice.lua", version(0.3, "if self.pressure > 0.7 and self.pressure < 0.8 then error('no') end"));
    reload(live, file);
    CHECK(level() == 0.3f);
    live.send(EventKind::channel_pressure, 0, 0.75);
    REQUIRE(live.wait_until([&] { return !live.of_kind(NotificationKind::error).empty(); }));
    CHECK(level() == 0.1f);
    folder.write("voice.lua", version(0.3));
    REQUIRE(live.engine.reload(file) == 1);
    CHECK(live.wait_until([&] { return level() == 0.3f; }, 5000));
}

TEST_CASE("versions that the host cannot number are refused") {
    Rig rig;
    rig.instruments.resize(3);
    ScriptVersions versions(rig);
    for (int i = 3; i < 65536; ++i) versions.add(0, rig.instruments[0]);
    CHECK(versions.all(0).back().host_index == 65535);
    CHECK_THAT(bad_input([&] { versions.add(1, rig.instruments[1]); }), Catch::Contains("start again"));
}

TEST_CASE("sessions with reloads are replayed as they were heard") {
    const ScriptFolder folder;
    const char* sounds[] = {
        "self.x = (self.x + self.frequency / dsp.rate_hz) % 1 return 0.2 * self.x * self.amp:next()",
        "self.x = (self.x + 2 * self.frequency / dsp.rate_hz) % 1 self.y = (self.y or 0) * 0.9 + self.x return 0.1 * "
        "self.y * self.amp:next()",
        "if self.bend > 1.05 then self.bad = self.bad + 1 end return 0.2 * self.amp:next()",
        "return 0.2 * self.saw:next(self.frequency) * self.amp:next(), 0.1",
    };
    const auto script = [&](int i) {
        return std::string("local dsp = require \"dsp\"\nreturn { ") + (i == 3 ? "channels = 2, " : "") +
               "start = function(self, note) self.x = 0 self.amp = dsp.adsr(0.01, 0.1, 0.7, 0.2) " +
               (i == 3   ? "self.saw = dsp.saw()"
                : i == 2 ? "self.bad = 0"
                         : "") +
               " end, sample = function(self) " + sounds[i] + " end }";
    };
    std::uint64_t rewinds = 0;
    for (std::uint32_t seed = 1; seed <= 6; ++seed) {
        SessionPlan plan{.script = folder.write("voice.lua", script(0)), .seed = seed};
        plan.configuration = session_configuration();
        plan.patient = seed % 2 == 0;
        plan.log = folder.path() / "session.frlog";
        for (int i = 1; i < 4; ++i) plan.versions.push_back(script(static_cast<int>((i + seed) % 4)));
        const auto session = RandomSession(plan).play();
        const auto d = difference(session.heard, replayed(plan.log), 2);
        INFO("seed " << seed << ", differs first at frame " << d.first);
        CHECK(d.frames == 0);
        rewinds += session.rewinds;
    }
    CHECK(rewinds > 10);
}

TEST_CASE("editors that write in place and editors that rename are both noticed; modules belong to their scripts") {
    const ScriptFolder folder;
    folder.write("level.lua", "return 0.1");
    const auto file =
        folder.write("voice.lua", ScriptFolder::voice("return level", "", "local level = require \"level\""));
    LiveEngine live(file);
    hold_note(live);
    const auto sound = live.left.back();
    ScriptWatcher watcher(live.engine);
    std::vector<std::string> lines;
    const auto& rewinds = live.engine.state().worker(0).rewinds;
    std::uint64_t heard = 0;
    const auto reported = [&](const char* what) {
        return live.wait_until([&] {
            for (auto& line : watcher.take_lines()) lines.push_back(line);
            return !lines.empty() && lines.back().find(what) != std::string::npos;
        });
    };
    const auto reloaded = [&](const char* what) {
        return reported(what) && live.wait_until([&] { return rewinds > heard; }) && (heard = rewinds, true);
    };
    folder.write("level.lua", "return 0.25 ");
    REQUIRE(reloaded("level.lua reloaded"));
    play(live, 2048);
    CHECK(live.left.back() == Approx(2.5 * sound));

    const auto renamed = folder.write("voice.lua.new", ScriptFolder::voice("return 0.4"));
    std::filesystem::rename(renamed, file);
    REQUIRE(reloaded("voice.lua reloaded"));
    play(live, 2048);
    CHECK(live.left.back() == Approx(4 * sound));

    folder.write("voice.lua", "return {");
    REQUIRE(reported("the version before plays on"));
}
