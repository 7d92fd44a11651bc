// Keys of the terminal on a whole engine: what they do is heard, shown and kept.
#include "tests/scenes/catch.h"
#include "tests/scenes/level_set.h"
#include "tests/scenes/live_engine.h"
#include "tests/scenes/replayed_session.h"
#include "tools/live/stage_control.h"

using namespace forerun;
using Catch::Contains;

namespace {

// Two rigs of a set; their voices' samples are the parameter.
struct OnStage {
    OnStage() {
        const auto set =
            write_level_set(folder, "other = { default = 3, minimum = 1, maximum = 100, unit = 'Hz', scale = 'log' }");
        file = std::make_unique<StageFile>(StageFile::place_for(set));
        live = std::make_unique<LiveEngine>(set);
        commands = std::make_unique<Commands>(live->engine);
        stage = std::make_unique<StageControl>(live->engine, *commands, *file);
    }
    void type(std::string_view keys) {
        for (const auto& key : key_presses(keys)) stage->press(key);
    }
    // Until the conductor has taken everything, the last of which is a parameter that no test looks at; and until what follows
    // from it has been taken, too.
    void settle() {
        mark = mark == 50 ? 51 : 50;
        live->send(EventKind::parameter, 3, mark);
        REQUIRE(live->wait_until([&] {
            live->process(64);
            return value(3) == mark;
        }));
        const auto handled = [&] { return live->engine.state().header().conductor.events.load(); };
        for (int quiet = 0, tries = 0; quiet < 20 && tries < 5000; ++tries) {
            const auto before = handled();
            live->process(64);
            std::this_thread::sleep_for(std::chrono::microseconds(500));
            quiet = handled() == before && live->engine.idle() ? quiet + 1 : 0;
        }
        stage->tick();
    }
    float value(std::uint32_t parameter) { return live->engine.state().parameter(parameter).value; }
    std::string message() {
        std::string text;
        for (const auto& line : stage->take_lines()) text += line + "\n";
        return text;
    }
    std::string shown() {
        std::string text;
        for (const auto& line : stage->status()) text += line + "\n";
        return text;
    }

    float mark = 0;
    ScriptFolder folder;
    std::unique_ptr<StageFile> file;
    std::unique_ptr<LiveEngine> live;
    std::unique_ptr<Commands> commands;
    std::unique_ptr<StageControl> stage;
};

}  // namespace

TEST_CASE("presets: by key, one after the other, by name, back to the rig, kept") {
    OnStage s;
    s.type("1");
    s.settle();
    CHECK(s.value(0) == 0.125f);
    CHECK_THAT(s.shown(), Contains("preset low"));
    s.type("0");
    s.settle();
    CHECK(s.value(0) == 0.25f);
    CHECK(s.live->engine.state().parameter(0).moved == 0);
    s.type("\x1b[C");  // its level, a fiftieth of the range more
    s.settle();
    CHECK(s.value(0) == Approx(0.27));
    s.type("r");
    s.settle();
    CHECK_THAT(s.message(), Contains("kept as preset \"saved 1\" in ") && Contains("set.stage.json"));
    s.type("n");  // round to the first
    s.settle();
    CHECK(s.value(0) == 0.125f);
    s.type("b");
    s.settle();
    CHECK(s.value(0) == Approx(0.27));
    s.stage->recall("high");  // the other rig's
    s.settle();
    CHECK(s.live->engine.used_rig() == 1);
    CHECK(s.value(2) == 0.75f);
    CHECK_THAT(bad_input([&] { s.stage->recall("loud"); }),
               Contains("--preset loud: there is none of this name; there are low, high, saved 1"));
    // The next evening.
    StageFile again(s.file->path());
    const auto kept = again.presets(s.live->engine.rig());
    REQUIRE(kept.size() == 1);
    CHECK(kept[0].rig == 0);
    REQUIRE(kept[0].values.size() == 2);
    CHECK(kept[0].values[0].value == Approx(0.27));
    CHECK(kept[0].values[1].value == 3);
}

TEST_CASE("rigs of a set by key") {
    OnStage s;
    CHECK_THAT(s.shown(), Contains("rig 1 of 2: first"));
    s.type(".");
    s.settle();
    CHECK_THAT(s.shown(), Contains("rig 2 of 2: second") && Contains("second one: level"));
    s.type(".");
    s.settle();
    CHECK(s.live->engine.used_rig() == 0);
    s.type(",");
    s.settle();
    CHECK(s.live->engine.used_rig() == 1);
}

TEST_CASE("enter and a controller: it moves the chosen parameter, now and in the file") {
    OnStage s;
    s.type("\x1b[B\r");  // the second parameter
    CHECK_THAT(s.shown(), Contains("one: other 3 Hz") && Contains("LEARNING"));
    s.live->send(EventKind::controller, 22, 0.5, 4);
    s.settle();
    CHECK_THAT(s.message(), Contains("controller 22 on channel 5 moves other of one now, kept in "));
    s.settle();
    s.live->send(EventKind::controller, 22, 1, 4);
    s.settle();
    CHECK(s.value(1) == Approx(100));
    CHECK_THAT(s.shown(), Contains("moved: controller 22 on channel 5 = 127"));
    REQUIRE(StageFile(s.file->path()).learned(s.live->engine.rig()).size() == 1);
    // A second enter gives up.
    s.type("\r\r");
    s.live->send(EventKind::controller, 23, 0.5, 4);
    s.settle();
    CHECK(s.message().empty());
}

TEST_CASE("a controller that was learned before moves its parameter from the start") {
    OnStage s;
    ControllerMapping mapping;
    mapping.number = 22;
    mapping.channel_mask = 1;
    mapping.targets = {{0, 0, 0, 1, 1, false}};
    s.file->learn(s.live->engine.rig(), mapping);
    StageFile file(s.file->path());
    LiveEngine live(s.folder.path() / "set.lua", live_configuration(), {},
                    [&](Engine& engine) { engine.add_to_rig(file.learned(engine.rig()), file.presets(engine.rig())); });
    live.send(EventKind::controller, 22, 1);
    CHECK(live.wait_until([&] {
        live.process(64);
        return live.engine.state().parameter(0).value == 1;
    }));
}

TEST_CASE("the parameter that is shown follows the instrument that is played, until one is chosen") {
    OnStage s;
    s.type(".");
    s.settle();
    s.live->send(EventKind::note_on, 60, 1);
    REQUIRE(s.live->wait_until([&] { return s.live->fill(0) > 0; }));
    s.stage->tick();
    CHECK_THAT(s.shown(), Contains("second one: level"));
    s.live->send(EventKind::note_off, 60);
    s.type("\t\x1b[D");  // the only one of this rig
    s.settle();
    CHECK(s.value(2) == Approx(0.23));
    CHECK(s.value(0) == 0.25f);
}

TEST_CASE("mute silences what sounds and gives it back; panic ends it; q and Esc end") {
    OnStage s;
    s.live->send(EventKind::note_on, 60, 1);
    REQUIRE(s.live->wait_until([&] { return s.live->fill(0) > 2000; }));
    while (s.live->clock() < 1024) s.live->process(64);
    CHECK(s.live->left.back() > 0.05f);
    s.type("m");
    CHECK_THAT(s.shown(), Contains("MUTED"));
    REQUIRE(s.live->wait_until([&] {
        s.live->process(64);
        return s.live->left.back() == 0.0f;
    }));
    CHECK(s.live->engine.voices_sounding() == 1);
    s.type("M");
    CHECK(s.live->wait_until([&] {
        s.live->process(64);
        return s.live->left.back() > 0.05f;
    }));
    s.type("\x7f");
    CHECK(s.live->wait_until([&] {
        s.live->process(64);
        return s.live->engine.voices_sounding() == 0 && s.live->left.back() == 0.0f;
    }));
    CHECK_THAT(s.message(), Contains("panic"));
    CHECK_FALSE(s.stage->end_requested());
    s.type("q");
    CHECK(s.stage->end_requested());
    CHECK_FALSE(s.stage->press(key_presses("a")[0]));
}

TEST_CASE("one instrument alone, one silent: heard, shown, and the same in a replay") {
    const ScriptFolder folder;
    folder.write("low.lua", ScriptFolder::voice("return 0.1"));
    folder.write("high.lua", ScriptFolder::voice("return 0.2"));
    const auto rig = folder.write("rig.lua",
                                  "return { instruments = { { name = 'low', voice = 'low', channel = 1 }, "
                                  "{ name = 'high', voice = 'high', channel = 2 } } }");
    const auto log = folder.path() / "s.frlog";
    std::vector<float> heard;
    {
        LiveEngine live(rig, live_configuration(), log);
        StageFile file(StageFile::place_for(rig));
        Commands commands(live.engine);
        StageControl stage(live.engine, commands, file);
        const auto type = [&](std::string_view keys) {
            for (const auto& key : key_presses(keys)) stage.press(key);
        };
        const auto becomes = [&](float level) {
            return live.wait_until([&] {
                live.process(64);
                return std::abs(live.left.back() - level) < 1e-4f;
            });
        };
        std::vector<PictureInstrument> rows(2);
        rows[1].number = 1;
        live.send(EventKind::note_on, 60, 1, 0, 64);
        live.send(EventKind::note_on, 60, 1, 1, 64);
        REQUIRE(live.wait_until([&] { return live.fill(0) > 3000 && live.fill(1) > 3000; }));
        while (live.clock() < 1024) live.process(64);
        const auto both = live.left.back();
        REQUIRE(both > 0.1f);
        type("\ti");  // the second instrument
        CHECK(becomes(both * 2 / 3));
        for (auto& row : rows) row.peak_db = -6;
        stage.mark(rows);
        CHECK(rows[1].solo);
        CHECK(rows[1].chosen);
        CHECK_FALSE(rows[0].solo);
        CHECK(rows[0].peak_db < -150);
        CHECK(rows[1].peak_db == -6);
        type("i\t-");  // the first
        CHECK(becomes(both * 2 / 3));
        stage.mark(rows);
        CHECK(rows[0].muted);
        CHECK_FALSE(rows[1].solo);
        type("-");
        CHECK(becomes(both));
        CHECK_THAT(StageControl::keys(), Contains("i solo"));
        live.engine.stop();
        heard = live.heard;
    }
    CHECK(difference(heard, replayed(log), 2).frames == 0);
}

TEST_CASE("the preset that comes next is shown") {
    OnStage s;
    CHECK_THAT(s.shown(), Contains("next low (n)"));
    s.type("r");
    s.type("1");
    s.settle();
    CHECK_THAT(s.shown(), Contains("preset low (b n)  next saved 1"));
}
