// ctest: timeout=900
// A session log gives the session again, bit by bit, whatever happened in it; a cut one up to the cut, a damaged one not.
#include <fstream>
#include <iterator>
#include <random>

#include "tests/scenes/program.h"
#include "tests/scenes/random_session.h"
#include "tests/scenes/replayed_session.h"
#include "tests/scenes/seeds.h"
#include "tests/scenes/sound_file_facts.h"
#include "tools/report/file_text.h"

using namespace forerun;

namespace {

// Time does not wait: notes begin late, rings run dry, voices are stolen, quality goes up and down.
SessionPlan reckless(const std::filesystem::path& script, std::uint32_t seed, const std::filesystem::path& log) {
    SessionPlan plan{.script = script, .seed = seed, .patient = false, .log = log};
    plan.configuration = session_configuration();
    plan.configuration.voices = 4;
    plan.configuration.reserve_voices = 3;
    plan.configuration.block_frames = 256;
    plan.configuration.depth_frames = 2048;
    plan.configuration.quality_scaling = true;
    plan.configuration.stay_priority = seed % 3 == 0 ? 101 : 0;
    return plan;
}

SessionPlan patient(const std::filesystem::path& script, std::uint32_t seed, const std::filesystem::path& log) {
    return {.script = script, .seed = seed, .configuration = session_configuration(), .log = log};
}

}  // namespace

TEST_CASE("a session with underruns, late notes and steals is replayed as it was heard") {
    const ScriptFolder folder;
    std::uint64_t underruns = 0, stolen = 0, late_switches = 0;
    for (std::uint32_t seed = 1; seed <= seeds_or(5); ++seed) {
        for (const char* voice : {"lead", "pluck", "drums", "shimmer"}) {
            const auto plan = reckless(source_file("scripts/voices") / (std::string(voice) + ".lua"), seed,
                                       folder.path() / "session.frlog");
            const auto session = RandomSession(plan).play();
            const auto d = difference(session.heard, replayed(plan.log), 2);
            INFO(voice << ", seed " << seed << ", underruns " << session.underruns << ", late notes "
                       << session.late_starts << ", differs first at frame " << d.first << " of "
                       << session.left.size());
            CHECK(d.frames == 0);
            underruns += session.underruns;
            stolen += session.stolen;
            late_switches += session.late_switches;
        }
    }
    // What time decides is no certainty; that it decides nothing in fifteen sessions would be one.
    CHECK(underruns + stolen + late_switches > 0);
}

TEST_CASE("a log can be read whatever folders scripts are looked for in") {
    const ScriptFolder folder;
    const auto log = folder.path() / "session.frlog";
    auto configuration = live_configuration();
    for (const auto& place : {folder.path() / "gone/", folder.path() / ".." / "gone"})
        configuration.script_path.push_back(place);
    {
        LiveEngine live(folder.write("voice.lua", ScriptFolder::voice("return 0.1")), configuration, log);
        live.process(64);
    }
    CHECK(SessionLogFile::read(log).header.configuration.script_path.size() == 3);
}

TEST_CASE("a command that the mixer had not taken when the session ended is not taken in the replay either") {
    // Posted when the clock stood at 0, as far as the conductor knew: it does not see the clock run on while it works.
    const auto command = [](std::int64_t frame) {
        MixerCommand c;
        c.kind = MixerCommandKind::stop;
        c.frame = frame;
        LogRecord r;
        r.kind = LogKind::command;
        return r.with(c);
    };
    const auto fact = [](LogKind kind, std::int64_t frame, std::int64_t value) {
        LogRecord r;
        r.kind = kind;
        r.frame = frame;
        r.value = value;
        return r;
    };
    const RecordedSession session({command(10), fact(LogKind::commands, 64, 1), command(20), command(90),
                                   fact(LogKind::commands, 128, 2), fact(LogKind::end, 192, 0)});
    REQUIRE(session.commands.size() == 3);
    CHECK(session.commands[0].taken_frame == 64);
    CHECK(session.commands[1].taken_frame == 128);
    CHECK(session.commands[2].taken_frame == INT64_MAX);
}

TEST_CASE("a session with delay lines that are written too often to go back far in is replayed as it was heard") {
    const ScriptFolder folder;
    const auto voice = folder.write(
        "voice.lua", ScriptFolder::voice("local x = 0.1 * self.bend for i = 1, 12 do self.line:write(x + i * "
                                         "self.pressure) end return x + 0.01 * self.line:read(7000)",
                                         "self.line = dsp.delay(0.17)"));
    std::uint64_t late = 0;
    for (std::uint32_t seed = 1; seed <= seeds_or(3); ++seed) {
        const auto plan = patient(voice, seed, folder.path() / "session.frlog");
        const auto session = RandomSession(plan).play();
        CHECK(session.errors.empty());
        CHECK(difference(session.heard, replayed(plan.log), 2).frames == 0);
        late += session.late_events + session.moved;
    }
    CHECK(late > 0);
}

TEST_CASE("a late switch is replayed with its crossfade") {
    const ScriptFolder folder;
    const auto log = folder.path() / "session.frlog";
    std::vector<float> heard;
    {
        LiveEngine live(folder.write("voice.lua", ScriptFolder::voice("return self.pressure")), live_configuration(),
                        log);
        live.send(EventKind::note_on, 60, 1, 0, 64);
        REQUIRE(live.wait_until([&] { return live.fill(0) > 3000; }));
        for (int i = 0; i < 8; ++i) live.process(64);
        live.send(EventKind::channel_pressure, 0, 0.5, 0, 400);
        REQUIRE(live.wait_until([&] { return live.engine.state().worker(0).rewinds == 1 && live.fill(0) > 1000; }));
        for (int i = 0; i < 4; ++i) live.process(64);
        CHECK(live.engine.state().header().mixer.late_switches == 1);
        heard = live.heard;
    }
    CHECK(difference(heard, replayed(log), 2).frames == 0);
    CHECK(heard.back() > 0);
}

TEST_CASE("a script that fails where an event is rewound is heard up to the event, in the replay, too") {
    const ScriptFolder folder;
    const auto log = folder.path() / "session.frlog";
    std::vector<float> heard;
    const int event_frame = GENERATE(1000, 1023, 1024, 1100);
    CAPTURE(event_frame);
    {
        LiveEngine live(
            folder.write("voice.lua",
                         ScriptFolder::voice("if self.pressure > 0.6 then error('out of ideas') end return 0.1")),
            live_configuration(), log);
        live.send(EventKind::note_on, 60, 1, 0, 64);
        REQUIRE(live.wait_until([&] { return live.fill(0) > 3000; }));
        for (int i = 0; i < 8; ++i) live.process(64);
        live.send(EventKind::channel_pressure, 0, 1, 0, event_frame);
        REQUIRE(live.wait_until([&] { return !live.of_kind(NotificationKind::error).empty(); }));
        for (int i = 0; i < 30; ++i) live.process(50);  // the ends of blocks lie within quanta
        heard = live.heard;
    }
    CHECK(heard[2 * static_cast<std::size_t>(event_frame) - 2] == heard[2 * 900]);
    CHECK(heard[2 * static_cast<std::size_t>(event_frame) + 2 * 40] < heard[2 * 900]);
    CHECK(difference(heard, replayed(log), 2).frames == 0);
}

TEST_CASE("a script that fails or hangs fails in the replay at the same frame") {
    const ScriptFolder folder;
    for (const char* end : {"error('out of ideas')", "while true do end"}) {
        const auto voice = folder.write(
            "voice.lua",
            ScriptFolder::voice(std::string("self.n = self.n + 1 if self.n > 500 and self.pressure > 0.6 then ") + end +
                                    " end return 0.1 * self.bend",
                                "self.n = 0"));
        std::size_t failed = 0;
        for (std::uint32_t seed = 1; seed <= 3; ++seed) {
            auto plan = patient(voice, seed, folder.path() / "session.frlog");
            plan.configuration.watchdog_milliseconds = 20;
            const auto session = RandomSession(plan).play();
            failed += session.errors.size();
            CHECK(difference(session.heard, replayed(plan.log), 2).frames == 0);
        }
        CHECK(failed > 0);
    }
}

TEST_CASE("a session whose scripts lie behind links is replayed") {
    const ScriptFolder folder;
    const auto at = [&](const char* name) { return folder.path() / name; };
    folder.write("real/tone.lua", ScriptFolder::voice("return level", "", "local level = require \"level\""));
    folder.write("real/level.lua", "return 0.1");
    folder.write("real/rig.lua", "return { name = \"rig\", instruments = { { voice = \"tone\" } } }");
    std::filesystem::create_directory_symlink(at("real"), at("linked"));
    std::filesystem::create_directory_symlink(source_file("scripts"), at("scripts"));
    SessionPlan plan = patient(at("linked") / "rig.lua", 1, at("session.frlog"));
    plan.configuration.script_path = {at("scripts") / ".." / "scripts"};
    const auto session = RandomSession(plan).play();
    CHECK(difference(session.heard, replayed(plan.log), 2).frames == 0);
}

TEST_CASE("a session whose scripts lie in a folder that is named in Latin-1 is replayed") {
    const ScriptFolder folder;
    std::filesystem::create_directory(folder.path() / "t\xf6ne");
    SessionPlan plan = patient(folder.write("t\xf6ne/tone.lua", ScriptFolder::voice("return 0.1")), 1,
                               folder.path() / "session.frlog");
    const auto session = RandomSession(plan).play();
    CHECK(difference(session.heard, replayed(plan.log), 2).frames == 0);
}

TEST_CASE("a replay runs the program's own dsp library, not the log's, and says that it is another") {
    const ScriptFolder folder;
    const auto library = folder.path() / "library";
    std::filesystem::copy(source_file("scripts/dsp"), library);
    const auto init = text_of_file(library / "init.lua");
    // Runs, as a library does, outside the sandbox; and fails when it is told to.
    folder.write("library/init.lua", "assert(not os.getenv(\"FORERUN_TEST_LIBRARY_FAILS\"))\n" + init);
    auto plan = patient(source_file("scripts/voices/lead.lua"), 1, folder.path() / "session.frlog");
    plan.configuration.library = library;
    const auto session = RandomSession(plan).play();
    setenv("FORERUN_TEST_LIBRARY_FAILS", "1", 1);
    CHECK(bad_input([&] { RandomSession(plan).play(); }) != "");
    SessionReplay replay(SessionLogFile::read(plan.log), folder.path() / "replay");
    CHECK_THAT(replay.differences(), Catch::VectorContains(std::string("the dsp library was another")));
    CHECK(difference(session.heard, replayed(plan.log), 2).frames == 0);
    unsetenv("FORERUN_TEST_LIBRARY_FAILS");
}

TEST_CASE("a log that is cut anywhere is replayed up to the cut; one byte changed is refused with its place") {
    const ScriptFolder folder;
    const auto plan = patient(source_file("scripts/voices/lead.lua"), 1, folder.path() / "session.frlog");
    const auto session = RandomSession(plan).play();
    const auto whole = text_of_file(plan.log);
    CHECK(SessionLogFile::read(plan.log).ended);

    std::mt19937 random(1);
    std::size_t heard_in_part = 0;
    for (int i = 0; i < 12; ++i) {
        // Half of the cuts in the records, which are the end of the file.
        const auto records = whole.size() - whole.size() / 3;
        const auto length = i % 2 == 0 ? records + random() % (whole.size() - records) : random() % whole.size();
        const auto file = folder.write("cut.frlog", whole.substr(0, length));
        INFO("cut at byte " << length);
        try {
            const auto log = SessionLogFile::read(file);
            REQUIRE(log.cut_at_byte);
            CHECK(*log.cut_at_byte <= length);
            const auto part = replayed(file);
            heard_in_part += part.size();
            REQUIRE(part.size() <= session.heard.size());
            CHECK(difference(part,
                             {session.heard.begin(), session.heard.begin() + static_cast<std::ptrdiff_t>(part.size())},
                             2)
                      .frames == 0);
        } catch (const BadInput& error) {
            CHECK_THAT(error.what(), Catch::Contains("nothing to replay") || Catch::Contains("is no session log"));
        }
    }
    CHECK(heard_in_part > 0);

    for (int i = 0; i < 2000; ++i) {
        auto damaged = whole;
        const auto at = static_cast<std::size_t>(random() % whole.size());
        damaged[at] = static_cast<char>(damaged[at] ^ (1 << random() % 8));
        const auto error = bad_input([&] { SessionLogFile::read(folder.write("damaged.frlog", damaged)); });
        INFO("byte " << at);
        if (at < std::strlen(log_first_line)) {
            CHECK_THAT(error, Catch::Contains("is no session log"));
            continue;
        }
        const auto place = error.find("is damaged at byte ");
        REQUIRE(place != std::string::npos);
        CHECK(std::stoull(error.substr(place + 19)) <= at);
    }
}

TEST_CASE("a program that is killed leaves a log that is replayed as the recording goes") {
    const ScriptFolder folder;
    const auto at = [&](const char* name) { return (folder.path() / name).string(); };
    // Killed when a second of sound and more has been logged.
    const auto killed =
        run_shell(FORERUN_PROGRAM " play " + source_file("examples/mountain-king.mid").string() +
                      " --device clock --record " + at("heard.wav") + " --log " + at("session.frlog") +
                      " & program=$!; until [ \"$(" FORERUN_PROGRAM " replay " + at("session.frlog") +
                      " --list 2>/dev/null | grep -c ' heard, ')\" -gt 8 ]; do kill -0 $program || exit 99; done; "
                      "kill -9 $program; wait $program",
                  "2>&1");
    CHECK(killed.code == 128 + 9);
    const auto replay = errors_of("replay " + at("session.frlog") + " -o " + at("replayed.wav"));
    CHECK(replay.code == 1);
    CHECK_THAT(replay.text, Catch::Contains("was cut at byte"));
    const auto heard = facts_of(at("heard.wav")).samples, again = facts_of(at("replayed.wav")).samples;
    const auto both = std::min(heard.size(), again.size());
    REQUIRE(both > 24000);
    CHECK(std::equal(heard.begin(), heard.begin() + static_cast<std::ptrdiff_t>(both), again.begin()));
}
