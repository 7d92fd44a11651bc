// A rig's file is saved while its notes sound: a change applies from then on, or is reported.
#include "rt-engine/conductor/rig_change.h"
#include "tests/scenes/catch.h"
#include "tests/scenes/live_engine.h"
#include "tests/scenes/replayed_session.h"

using namespace forerun;

namespace {

// As loud as its parameters say, and its bend, and the key that was played.
const std::string level_voice = R"(return {
    polyphony = 4,
    parameters = { level = { default = 0.1, minimum = 0, maximum = 1 }, more = { default = 0, minimum = 0, maximum = 1 } },
    start = function(self, note) self.key = note.key self.velocity = note.velocity end,
    sample = function(self)
        local p = self.parameters
        return (p.level + p.more) * self.bend
    end,
    done = function(self) return self.released end,
    release = function(self) self.released = true end,
})";

class RigSession {
public:
    explicit RigSession(const std::string& instruments, const std::string& rest = "",
                        const std::filesystem::path& log = {})
        : live(written(instruments, rest), live_configuration(), log) {}

    // As it was saved; the event is heard.
    std::vector<std::string> save(const std::string& instruments, const std::string& rest = "") {
        const auto events = live.engine.state().header().conductor.events.load();
        CHECK(live.engine.reload(written(instruments, rest)) > 0);
        REQUIRE(live.wait_until([&] { return live.engine.state().header().conductor.events > events; }));
        return live.engine.take_reload_remarks();
    }
    // One block after the other, each when the slots that play have it.
    void play(std::int64_t frames) {
        for (std::int64_t passed = 0; passed < frames; passed += 64) {
            const auto sleeps = live.engine.state().worker(0).sleeps.load();
            REQUIRE(live.wait_until([&] { return live.engine.state().worker(0).sleeps > sleeps; }));
            live.process(64);
        }
    }
    double left() const { return static_cast<double>(live.heard[live.heard.size() - 2]); }
    double right() const { return static_cast<double>(live.heard.back()); }
    void hold(int key = 60) {
        live.send(EventKind::note_on, key, 1);
        play(1024);
    }

    ScriptFolder folder;

    std::filesystem::path written(const std::string& instruments, const std::string& rest) const {
        folder.write("tone/level.lua", level_voice);
        return folder.write("rig.lua", "return { instruments = { " + instruments + " } " + rest + " }");
    }

    LiveEngine live;
};

std::string tone(const std::string& says = "") { return "{ name = \"tone\", voice = \"tone/level\"" + says + " }"; }
const double middle = std::sqrt(0.5);
double db(double decibels) { return std::pow(10, decibels / 20); }

}  // namespace

TEST_CASE("gains, pans, the buses' gains and the master's are heard in the notes that sound") {
    RigSession session(tone(", pan = -1"));
    session.hold();
    CHECK(session.left() == Approx(0.1));
    CHECK(session.save(tone(", gain_db = -6")).empty());
    session.play(1024);
    CHECK(session.left() == Approx(0.1 * db(-6) * middle));
    CHECK(session.right() == Approx(0.1 * db(-6) * middle));
    session.save(tone(), ", master_gain_db = -20");
    session.play(1024);
    CHECK(session.left() == Approx(0.01 * middle));
    session.save(tone(), ", buses = { { name = \"main\", gain_db = 6 } }");
    session.play(1024);
    CHECK(session.left() == Approx(0.1 * db(6) * middle));
}

TEST_CASE("parameters apply to held and new notes; one that was moved stays, and that is reported") {
    RigSession session(tone(", pan = -1"));
    session.hold();
    CHECK(session.save(tone(", pan = -1, parameters = { level = 0.4 }")).empty());
    session.play(1024);
    CHECK(session.left() == Approx(0.4));
    session.hold(62);
    CHECK(session.left() == Approx(0.8));
    session.live.send(EventKind::parameter, 0, 0.2);
    session.play(1024);
    CHECK(session.left() == Approx(0.4));
    const auto remarks = session.save(tone(", pan = -1, parameters = { level = 0.3, more = 0.05 }"));
    REQUIRE(remarks.size() == 1);
    CHECK(remarks[0] == "tone: \"level\" was moved and stays at 0.2");
    session.play(1024);
    CHECK(session.left() == Approx(0.5));
    // One that is put back where the rig has it follows the rig again.
    CHECK(session.live.engine.newest_rig()->instruments[0].parameters[0].value == 0.3f);
    session.live.send(EventKind::parameter, 0, 0.3f);
    session.play(1024);
    CHECK(session.save(tone(", pan = -1, parameters = { level = 0.35, more = 0.05 }")).empty());
    session.play(1024);
    CHECK(session.left() == Approx(0.8));
}

TEST_CASE("what a new script's range does not hold is heard at the edge of the range that plays") {
    const RigSession session(tone());
    auto rig = *session.live.engine.newest_rig();
    rig.instruments[0].parameters[0].value = 3;
    const auto change = changed_rig(*session.live.engine.newest_rig(), rig, "rig.lua");
    CHECK(change.rig.instruments[0].parameters[0].value == 1);
}

TEST_CASE("keys, velocities and polyphony are those of the notes to come, the bend range that of all") {
    RigSession session(tone(", pan = -1"));
    session.hold();
    session.live.send(EventKind::pitch_bend, 0, 1);
    session.play(1024);
    CHECK(session.left() == Approx(0.1 * std::exp2(2 / 12.0)));
    session.save(tone(", pan = -1, bend_range = 12, keys = { 60, 70 }, velocities = { 100, 127 }, polyphony = 2"));
    session.play(1024);
    CHECK(session.left() == Approx(0.2));
    session.hold(50);
    session.live.send(EventKind::note_on, 61, 0.2);
    session.play(1024);
    CHECK(session.left() == Approx(0.2));
    session.hold(62);
    CHECK(session.left() == Approx(0.4));
    session.hold(63);
    CHECK(session.left() == Approx(0.4));
    CHECK(session.live.engine.state().header().conductor.voices_stolen == 1);
}

TEST_CASE("a version that fails takes nothing back that the rig has said since") {
    RigSession session(tone());
    auto& live = session.live;
    session.hold();
    session.save(tone(", parameters = { level = 0.4 }"));
    const auto voice = session.folder.write(
        "tone/level.lua", std::string(level_voice)
                              .replace(level_voice.find("local p"), 0,
                                       "if self.pressure > 0.7 and self.pressure < 0.8 then error('no') end "));
    const auto rewinds = live.engine.state().worker(0).rewinds.load();
    REQUIRE(live.engine.reload(voice) == 1);
    REQUIRE(live.wait_until([&] { return live.engine.state().worker(0).rewinds > rewinds; }));
    live.send(EventKind::channel_pressure, 0, 0.75);
    REQUIRE(live.wait_until([&] { return !live.of_kind(NotificationKind::error).empty(); }));
    CHECK(live.engine.state().parameter(0).value == 0.4f);
}

TEST_CASE("a rig of a set that lies beside its voice is heard when it is saved, the library is not") {
    const ScriptFolder folder;
    folder.write("level.lua", level_voice);
    const auto part = folder.write("part.lua", "return { instruments = { { voice = 'level' } } }");
    const auto set = folder.write("set.lua", "return { rigs = { 'part' } }");
    auto configuration = live_configuration();
    configuration.library = folder.path() / "dsp";
    std::filesystem::copy(source_file("scripts") / "dsp", configuration.library);
    LiveEngine live(set, configuration);
    folder.write("part.lua", "return { instruments = { { voice = 'level', parameters = { level = 0.4 } } } }");
    CHECK(live.engine.reload(part) == 1);
    CHECK(live.wait_until([&] { return live.engine.state().parameter(0).value == 0.4f; }, 5000));
    CHECK(live.engine.reload(configuration.library / "saw.lua") == 0);
}

TEST_CASE("presets and macros mean what they say now") {
    const auto rest = [](double level, int controller) {
        return ", presets = { { name = \"a\", values = { tone = { level = " + std::to_string(level) +
               " } } } }, macros = { { name = \"m\", controller = " + std::to_string(controller) +
               ", moves = { { instrument = \"tone\", parameter = \"more\" } } } }";
    };
    RigSession session(tone(", pan = -1"), rest(0.2, 20));
    session.hold();
    CHECK(session.save(tone(", pan = -1"), rest(0.6, 21)).empty());
    session.live.send(EventKind::preset, 0);
    session.play(1024);
    CHECK(session.left() == Approx(0.6));
    session.live.send(EventKind::controller, 20, 1);
    session.play(1024);
    CHECK(session.left() == Approx(0.6));
    session.live.send(EventKind::controller, 21, 0.3);
    session.play(1024);
    CHECK(session.left() == Approx(0.9).epsilon(0.01));
}

TEST_CASE("what cannot change while it plays is reported by name, and the rest applies") {
    RigSession session(tone(", pan = -1"));
    session.hold();
    const auto remarks = session.save(
        tone(", pan = -1, gain_db = -6") + ", { name = \"second\", voice = \"tone/level\", bus = \"side\" }",
        ", buses = { { name = \"main\", output = 2 }, { name = \"side\" } }, presets = { { name = \"p\", values = { "
        "tone = { more = 0 } } } "
        "}");
    REQUIRE(remarks.size() == 4);
    CHECK(remarks[0] == "rig.lua: the output of bus \"main\" is another; that takes effect at the next start");
    CHECK_THAT(remarks[1], Catch::Contains("bus \"side\" is new"));
    CHECK_THAT(remarks[2], Catch::Contains("instrument \"second\" is new"));
    CHECK_THAT(remarks[3], Catch::Contains("preset \"p\" is new"));
    session.play(1024);
    CHECK(session.left() == Approx(0.1 * db(-6)));
    // And back.
    CHECK_THAT(bad_input([&] { session.live.engine.reload(session.written(tone(", pam = 1"), "")); }),
               Catch::Contains("\"pam\" is not known here"));
    session.play(1024);
    CHECK(session.left() == Approx(0.1 * db(-6)));
    const auto gone = session.save("{ name = \"other\", voice = \"tone/level\" }");
    REQUIRE(gone.size() == 2);
    CHECK_THAT(gone[1], Catch::Contains("instrument \"tone\" is gone"));
}

TEST_CASE("a session in which a rig was saved is replayed as it was heard") {
    const ScriptFolder folder;
    const auto log = folder.path() / "session.frlog";
    std::vector<float> heard;
    {
        RigSession session(tone(), ", buses = { { name = \"main\" } }", log);
        session.hold();
        session.live.send(EventKind::pitch_bend, 0, 0.5);
        session.save(tone(", gain_db = -6, pan = 0.5, bend_range = 7, transpose = 5, parameters = { level = 0.3 }"),
                     ", master_gain_db = -3, buses = { { name = \"main\", gain_db = -2 } }");
        session.play(777);
        session.hold(64);
        session.save(tone(", keys = { 0, 50 }, velocity_curve = 2, parameters = { more = 0.1 }"));
        session.hold(40);
        session.hold(70);
        session.live.engine.stop();
        heard = session.live.heard;
    }
    CHECK(difference(heard, replayed(log), 2).frames == 0);
}

TEST_CASE("a rig's change keeps the order that plays, and translates what others point to") {
    Rig playing, file;
    const auto instrument = [](const char* name, std::vector<std::string> parameters) {
        InstrumentDescription i;
        i.name = name;
        i.script = "/voice.lua";
        for (const auto& parameter : parameters) i.parameters.push_back({.name = parameter});
        return i;
    };
    playing.instruments = {instrument("a", {"x", "y"}), instrument("b", {"z"})};
    playing.mappings = {{.learned = true, .number = 7, .targets = {{0, 0}}}, {.number = 8, .targets = {{1, 0}}}};
    file.instruments = {instrument("b", {"z"}), instrument("c", {"x"}), instrument("a", {"y", "x", "new"})};
    file.instruments[2].parameters[1].value = 0.5f;
    file.mappings = {{.number = 9, .targets = {{2, 1}, {1, 0}, {2, 2}, {0, 0}}}, {.number = 10, .targets = {{1, 0}}}};
    const auto change = changed_rig(playing, file, "rig.lua");
    REQUIRE(change.rig.instruments.size() == 2);
    CHECK(change.rig.instruments[0].parameters.size() == 2);
    CHECK(change.rig.instruments[0].parameters[0].value == 0.5f);
    REQUIRE(change.rig.mappings.size() == 2);
    CHECK(change.rig.mappings[0].number == 9);
    REQUIRE(change.rig.mappings[0].targets.size() == 2);
    CHECK(change.rig.mappings[0].targets[0].instrument == 0);
    CHECK(change.rig.mappings[0].targets[0].parameter == 0);
    CHECK(change.rig.mappings[0].targets[1].instrument == 1);
    CHECK(change.rig.mappings[1].learned);
    REQUIRE(change.remarks.size() == 1);
    CHECK_THAT(change.remarks[0], Catch::Contains("\"c\" is new"));
}
