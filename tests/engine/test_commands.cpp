// Commands: what lines are read, which are refused, and what comes of them.
#include <algorithm>
#include <limits>
#include <random>
#include <thread>

#include "rt-engine/commands.h"
#include "tests/scenes/catch.h"
#include "tests/scenes/level_set.h"
#include "tests/scenes/live_engine.h"
#include "tests/scenes/replayed_session.h"

using namespace forerun;
using Catch::Contains;

namespace {

std::string refusal_of(const std::string& line) {
    return bad_input([&] { parse_command(line); });
}

}  // namespace

TEST_CASE("every command is read from its line, and written as a line that reads the same") {
    using Kind = CommandKind;
    const std::pair<const char*, PlayerCommand> rows[] = {
        {"press 60", {.kind = Kind::press, .number = 60, .value = 0.8}},
        {"press 0 1 16", {.kind = Kind::press, .channel = 15, .number = 0, .value = 1}},
        {"release 127 2", {.kind = Kind::release, .channel = 1, .number = 127}},
        {"release-all", {.kind = Kind::release_all}},
        {"controller 64 0.5", {.kind = Kind::controller, .number = 64, .value = 0.5}},
        {"  panic  ", {.kind = Kind::panic}},
        {"set bass cutoff 1e3", {.kind = Kind::set, .value = 1000, .which = {0, "bass"}, .parameter = {0, "cutoff"}}},
        {"set #2 \"low pass\" -3", {.kind = Kind::set, .value = -3, .which = {2, ""}, .parameter = {0, "low pass"}}},
        {"preset \"say \\\"ah\\\" \\\\\"", {.kind = Kind::preset, .which = {0, "say \"ah\" \\"}}},
        {"set #2 #3 1", {.kind = Kind::set, .value = 1, .which = {2, ""}, .parameter = {3, ""}}},
        {"learn bass cutoff 74", {.kind = Kind::learn, .number = 74, .which = {0, "bass"}, .parameter = {0, "cutoff"}}},
        {"learn #1 x 16511 16",
         {.kind = Kind::learn, .channel = 15, .number = 16511, .which = {1, ""}, .parameter = {0, "x"}}},
        {"preset \"#1\"", {.kind = Kind::preset, .which = {0, "#1"}}},
        {"as-rig", {.kind = Kind::as_rig}},
        {"keep höher", {.kind = Kind::keep, .text = "höher"}},
        {"rig #65535", {.kind = Kind::rig, .which = {65535, ""}}},
        {"mute all on", {.kind = Kind::mute, .on = true}},
        {"mute \"all\" off", {.kind = Kind::mute, .which = {0, "all"}}},
        {"solo #1 on", {.kind = Kind::solo, .which = {1, ""}, .on = true}},
        {"load /a/b.lua", {.kind = Kind::load, .text = "/a/b.lua"}},
        {"reload \"my voice.lua\"", {.kind = Kind::reload, .text = "my voice.lua"}},
    };
    for (const auto& [line, expected] : rows) {
        CAPTURE(line);
        const auto read = parse_command(line);
        CHECK((read == expected));
        CAPTURE(text_of(read));
        CHECK((parse_command(text_of(read)) == expected));
    }
}

TEST_CASE("what is no command is refused in one line that says how it is written") {
    const std::pair<std::string, const char*> rows[] = {
        {"", "a command is empty"},
        {"   ", "a command is empty"},
        {"\"panic\"", "is no command; there are press"},
        {"Panic", "\"Panic\" is no command"},
        {"panic now", "too many words; write panic"},
        {"press", "too few words; write press KEY [VELOCITY [CHANNEL]]"},
        {"press 128", "\"128\" is no number between 0 and 127"},
        {"press -1", "\"-1\""},
        {"press 60.5", "\"60.5\""},
        {"press 0x3c", "\"0x3c\""},
        {"press \"60\"", "is no number"},
        {"press 99999999999999999999", "is no number"},
        {"press 60 nan", "\"nan\" is no number between 0 and 1"},
        {"press 60 inf", "\"inf\""},
        {"press 60 1.0001", "is no number between 0 and 1"},
        {"press 60 1 0", "channel \"0\" is no number between 1 and 16"},
        {"press 60 1 17", "channel"},
        {"press 60 1 1 1", "too many words"},
        {"set bass cutoff 1e31", "is no number between"},
        {"set bass cutoff nan", "is no number between"},
        {"set \"\" cutoff 1", "a name is empty"},
        {"learn bass cutoff 16512", "is no number between 0 and 16511"},
        {"mute bass", "too few words"},
        {"mute bass yes", "\"yes\" is neither on nor off"},
        {"mute bass \"on\"", "neither on nor off"},
        {"preset #0", "\"0\" is no number between 1 and 65535"},
        {"preset #65536", "is no number"},
        {"preset #", "is no number"},
        {"preset \"open", "ends within quotes"},
        {"preset \"open\\", "ends within quotes"},
        {"preset \"a\"b", "a blank is due"},
        {"keep \"\"", "is empty"},
        {"keep " + std::string(256, 'n'), "longer than 255 bytes"},
        {"reload " + std::string(4096, 'f'), "longer than 4095 bytes"},
        {"keep " + std::string(10000, 'n'), "is too long"},
        {std::string("keep a\0b", 8), "cannot be shown"},
        {"keep a\nb", "cannot be shown"},
        {"press 60\n", "cannot be shown"},
        {"keep a\tb", "cannot be shown"},
        {"keep \x1b[2J", "cannot be shown"},
        {"keep \xff\xfe", "cannot be shown"},
        {"keep \xe2\x80\xae", "cannot be shown"},  // turns the direction of what follows
    };
    for (const auto& [line, why] : rows) {
        CAPTURE(line);
        const auto refusal = refusal_of(line);
        CHECK_THAT(refusal, Contains(why));
        CHECK(std::count(refusal.begin(), refusal.end(), '\n') == 0);
        CHECK(refusal.size() < 10'000);
    }
}

TEST_CASE("whatever bytes come: a command that holds, or a refusal") {
    std::mt19937 random(5);
    const std::string pieces[] = {"press", "mute", "set", "preset", " ",  "\"",   "\\", "#",  "all", "on",
                                  "1e999", "-0",   "60",  "nan",    "\0", "\xc3", "x",  "16", "rig", "keep"};
    int commands = 0;
    for (int i = 0; i < 50'000; ++i) {
        std::string line;
        for (auto n = random() % 8; n > 0; --n) {
            line += pieces[random() % std::size(pieces)];
            if (random() % 2 == 0) line += ' ';
        }
        try {
            const auto command = parse_command(line);
            CHECK_NOTHROW(check(command));
            CHECK((parse_command(text_of(command)) == command));
            ++commands;
        } catch (const BadInput&) {
        }
    }
    CHECK(commands > 500);
}

TEST_CASE("a value that a program has filled is checked like a line") {
    using Kind = CommandKind;
    const auto nan = std::numeric_limits<double>::quiet_NaN();
    for (const PlayerCommand& wrong :
         {PlayerCommand{.kind = Kind::press, .number = 128}, PlayerCommand{.kind = Kind::press, .channel = 16},
          PlayerCommand{.kind = Kind::press, .value = nan}, PlayerCommand{.kind = Kind::press, .value = -1},
          PlayerCommand{.kind = Kind::set, .value = nan, .which = {1, ""}, .parameter = {0, "level"}},
          PlayerCommand{.kind = Kind::solo}, PlayerCommand{.kind = Kind::keep, .text = "a\nb"},
          PlayerCommand{.kind = Kind::preset, .which = {65536, ""}}, PlayerCommand{.kind = static_cast<Kind>(200)}})
        CHECK_THROWS_AS(check(wrong), BadInput);
}

namespace {

// Two rigs of a set; their voices' samples are the parameter.
struct CommandedSet {
    CommandedSet() {
        live = std::make_unique<LiveEngine>(write_level_set(folder));
        commands = std::make_unique<Commands>(live->engine);
    }
    bool becomes(std::uint32_t parameter, float value) {
        return live->wait_until([&] {
            live->process(64);
            return live->engine.state().parameter(parameter).value == value;
        });
    }
    bool heard(bool sound) {
        return live->wait_until([&] {
            live->process(64);
            return sound ? live->left.back() > 0.05f : live->left.back() == 0.0f;
        });
    }
    std::string refusal(const std::string& line) {
        return bad_input([&] { commands->perform(line); });
    }

    ScriptFolder folder;
    std::unique_ptr<LiveEngine> live;
    std::unique_ptr<Commands> commands;
};

}  // namespace

TEST_CASE("commands are heard: notes, mutes, panic") {
    CommandedSet s;
    CHECK(s.commands->perform("press 60 1"));
    REQUIRE(s.heard(true));
    CHECK(s.commands->perform("mute all on"));
    CHECK(s.commands->all_muted());
    REQUIRE(s.heard(false));
    CHECK(s.commands->perform("mute all off"));
    REQUIRE(s.heard(true));
    CHECK(s.commands->perform("mute one on"));
    CHECK(s.commands->is_muted(0));
    CHECK_FALSE(s.commands->is_muted(1));
    REQUIRE(s.heard(false));
    CHECK(s.commands->perform("mute #1 off"));
    CHECK(s.commands->perform("solo #2 on"));  // of the other rig
    CHECK(s.commands->some_solo());
    REQUIRE(s.heard(false));
    CHECK(s.commands->perform("solo #2 off"));
    REQUIRE(s.heard(true));
    CHECK(s.commands->perform("panic"));
    REQUIRE(s.heard(false));
    REQUIRE(s.live->wait_until([&] {
        s.live->process(64);
        return s.live->engine.idle();
    }));
}

TEST_CASE("presets, rigs and parameters by name and number, and a controller that is taught") {
    CommandedSet s;
    CHECK(s.commands->perform("preset low"));
    REQUIRE(s.becomes(0, 0.125f));
    CHECK(s.commands->preset() == 0u);
    CHECK(s.commands->perform("set one level 0.5"));
    REQUIRE(s.becomes(0, 0.5f));
    CHECK(s.commands->perform("keep mine"));
    CHECK(s.commands->preset() == 2u);
    CHECK(s.commands->perform("as-rig"));
    REQUIRE(s.becomes(0, 0.25f));
    CHECK_FALSE(s.commands->preset());
    CHECK(s.commands->perform("preset mine"));
    REQUIRE(s.becomes(0, 0.5f));
    CHECK(s.commands->perform("rig second"));
    REQUIRE(s.live->wait_until([&] { return s.live->engine.used_rig() == 1; }));
    CHECK_FALSE(s.commands->preset());
    CHECK(s.commands->perform("set \"second one\" level 1"));
    REQUIRE(s.becomes(1, 1.0f));
    CHECK(s.live->engine.state().parameter(0).value == 0.5f);
    const auto handled = [&] { return s.live->engine.state().header().conductor.events.load(); };
    const auto before = handled();
    CHECK(s.commands->perform("learn #2 level 22 5"));
    REQUIRE(s.live->wait_until([&] {
        s.live->process(64);
        return handled() > before;
    }));
    s.live->send(EventKind::controller, 22, 0.25, 4);
    REQUIRE(s.becomes(1, 0.25f));
    CHECK(s.commands->perform("preset #1"));  // of the first rig, which is used again
    REQUIRE(s.becomes(0, 0.125f));
    REQUIRE(s.live->wait_until([&] { return s.live->engine.used_rig() == 0; }));
}

TEST_CASE("what there is not is refused with what there is, and nothing changes") {
    CommandedSet s;
    CHECK(s.refusal("preset loud") == "preset loud: there is none of this name; there are low, high");
    CHECK(s.refusal("preset #3") == "preset #3: there is none of this number; there are low, high");
    CHECK(s.refusal("rig third") == "rig third: there is none of this name; there are first, second");
    CHECK(s.refusal("mute two on") == "instrument two: there is none of this name; there are one, second one");
    CHECK(s.refusal("set one volume 1") == "parameter volume: there is none of this name; there are level");
    CHECK_THAT(s.refusal("keep low"), Contains("there is a preset of this name"));
    CHECK_THAT(s.refusal("load other.lua"), Contains("the engine plays already"));
    // Else its text would stand in the session's log.
    CHECK_THAT(s.refusal("reload /etc/passwd"), Contains("what plays does not read this file"));
    CHECK_THAT(s.refusal("reload nowhere.lua"), Contains("what plays does not read this file"));
    CHECK_FALSE(s.commands->preset());
    CHECK(s.commands->presets().size() == 2);
    CHECK_FALSE(s.commands->some_solo());
}

TEST_CASE("a voice is loaded by command before the start, and reloaded by command while it plays") {
    const ScriptFolder folder;
    const auto file = folder.write("voice.lua", ScriptFolder::voice("return 0.1"));
    Engine engine(live_configuration());
    Commands commands(engine);
    CHECK_THAT(bad_input([&] { commands.perform("load /no/such.lua"); }), Contains("such.lua"));
    CHECK(commands.perform(PlayerCommand{.kind = CommandKind::load, .text = file.string()}));
    engine.start();
    folder.write("voice.lua", ScriptFolder::voice("return 0.2"));
    CHECK(commands.perform(PlayerCommand{.kind = CommandKind::reload, .text = file.string()}));
    folder.write("voice.lua", "return {");
    CHECK_THAT(bad_input([&] { commands.perform(PlayerCommand{.kind = CommandKind::reload, .text = file.string()}); }),
               Contains("voice.lua:1"));
    engine.stop();
}

TEST_CASE("terminal and page command one engine from threads of their own") {
    CommandedSet s;
    const auto work = [&](const char* line, int times) {
        for (int i = 0; i < times; ++i)
            while (!s.commands->perform(line)) std::this_thread::yield();
    };
    std::thread terminal(work, "controller 20 0.5 1", 500), page(work, "controller 20 0.5 2", 500);
    terminal.join();
    page.join();
    REQUIRE(s.live->wait_until([&] { return s.live->engine.last_move().count == 1000; }));
}
