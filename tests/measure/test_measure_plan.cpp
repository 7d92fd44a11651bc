// Plans, grids and faults as people write them; what follows from a seed and nothing else.
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "tests/scenes/catch.h"
#include "tests/scenes/program.h"
#include "tests/scenes/script_folder.h"
#include "tools/measure/plan/event_plan.h"
#include "tools/measure/plan/fault.h"
#include "tools/measure/plan/plan.h"
#include "tools/measure/run/experiment.h"

using namespace forerun;
using namespace forerun::measure;

namespace {

// What a shell gives to the program that a line calls.
std::vector<std::string> words_in_shell(const std::string& line) {
    const auto given = run_shell("forerun() { for w; do printf '%s\\0' \"$w\"; done; }\n" + line, "2>&1");
    REQUIRE(given.code == 0);
    std::vector<std::string> words(1);
    for (const char c : given.text) {
        if (c != 0)
            words.back() += c;
        else
            words.emplace_back();
    }
    words.pop_back();
    return words;
}

}  // namespace

TEST_CASE("a grid is every combination of its values, each point once") {
    Plan plan;
    add_grid(plan, factors_of_words("mode=rewind,ring voices=16,64 events_hz=0.5"));
    add_grid(plan, factors_of_words("mode=ring voices=64,128 events_hz=0.5"));
    REQUIRE(plan.points.size() == 5);
    CHECK(plan.points[0].text("mode") == "rewind");
    CHECK(plan.points[0].whole("voices") == 16);
    CHECK(plan.points[1].whole("voices") == 64);
    CHECK(plan.points[4].whole("voices") == 128);
    CHECK(plan.points[4].number("events_hz") == 0.5);
    CHECK(plan.points[4].whole("depth_frames") == 24000);
    CHECK(plan.factors() == std::vector<std::string>{"mode", "voices"});
}

TEST_CASE("a plan file says the same as a grid") {
    const ScriptFolder folder;
    const auto file = folder.write("plan.lua", R"(return {
        title = "depth", seconds = 5, repeats = 2, seed = 7, warmup_seconds = 0.5,
        grids = { { mode = { "rewind", "ring" }, quality_scaling = false },
                  { fault = "stall 100 ms every 1 s", events_hz = { 0, 12.5 } } },
    })");
    const auto plan = read_plan_file(file.string());
    CHECK(plan.title == "depth");
    CHECK(plan.seconds == 5);
    CHECK(plan.warmup_seconds == 0.5);
    CHECK(plan.seed == 7);
    REQUIRE(plan.points.size() == 4);
    CHECK_FALSE(plan.points[1].flag("quality_scaling"));
    CHECK(plan.points[3].text("fault") == "stall 100 ms every 1 s");
    CHECK(plan.points[3].number("events_hz") == 12.5);
    const auto again = Plan::of(plan.json(), "plan.json");
    CHECK(again.json() == plan.json());
}

TEST_CASE("every repeat has all points, in an order that the seed alone decides") {
    Plan plan;
    add_grid(plan, factors_of_words("voices=1,2,3,4,5,6,7,8"));
    plan.repeats = 3;
    const auto order = plan.order();
    REQUIRE(order.size() == 24);
    std::set<std::string> orders;
    for (int repeat = 1; repeat <= 3; ++repeat) {
        std::set<int> points;
        std::string as_text;
        for (int i = 0; i < 8; ++i) {
            const auto& cell = order[static_cast<std::size_t>(8 * (repeat - 1) + i)];
            CHECK(cell.repeat == repeat);
            points.insert(cell.point);
            as_text += std::to_string(cell.point);
        }
        CHECK(points.size() == 8);
        orders.insert(as_text);
    }
    CHECK(orders.size() == 3);
    CHECK(plan.order() == order);
    plan.seed = 2;
    CHECK_FALSE(plan.order() == order);
    CHECK(CellName{7, 2}.text() == "p007r02");
}

TEST_CASE("points of one repeat have the same seed, so that they are compared in pairs") {
    Plan plan;
    add_grid(plan, factors_of_words("voices=1,2"));
    CHECK(plan.seed_of({1, 1}) == plan.seed_of({2, 1}));
    CHECK(plan.seed_of({1, 1}) != plan.seed_of({1, 2}));
}

TEST_CASE("a cell has the command that runs it again") {
    Plan plan;
    add_grid(plan, factors_of_words("mode=rewind,ring voices=16 fault='stall 100 ms every 1 s' events_hz=12.5"));
    plan.seed = 9;
    const CellName cell{2, 3};
    const auto command = plan.command_of(cell);
    const auto grid = words_in_shell(command).at(2);
    Plan again;
    again.seed = 9;
    add_grid(again, factors_of_words(grid));
    REQUIRE(again.points.size() == 1);
    CHECK(again.points[0].values() == plan.point(cell).values());
    CHECK(again.seed_of({1, 3}) == plan.seed_of(cell));
    CHECK_THAT(command, Catch::Contains("--seed 9 --repeats 3"));
}

TEST_CASE("the command that runs a cell again quotes names for a shell") {
    for (const std::string voice :
         {"plain", "two words.lua", "v$(touch injected).lua", "`touch injected`", "it's \"both\"", "a,b.lua",
          "back\\slash", "-o", "*", "~", "$HOME;#&|<>!", "line\nline", "a=b", "''", "\\"}) {
        CAPTURE(voice);
        Plan plan;
        Point point;
        point.set("voice", voice);
        plan.points.push_back(point);
        const auto words = words_in_shell(plan.command_of({1, 1}));
        REQUIRE(words.size() == 13);
        CHECK(words[1] == "--grid");
        Plan again;
        add_grid(again, factors_of_words(words[2]));
        REQUIRE(again.points.size() == 1);
        CHECK(again.points[0].values() == point.values());
    }
    CHECK_FALSE(std::filesystem::exists("injected"));
}

TEST_CASE("mistakes in a plan say what, where and what to do") {
    struct Row {
        const char *words, *says;
    };
    const Row rows[] = {
        {"vocies=3", "\"vocies\" is no parameter; there are mode, voice"},
        {"voices", "write NAME=VALUE"},
        {"voices=", "has no value"},
        {"voices=many", "whole number between 1 and 900"},
        {"voices=0", "whole number between 1 and 900"},
        {"voices=2.5", "whole number between 1 and 900"},
        {"mode=reverse", "is none of rewind, ring, shallow, direct"},
        {"events_hz=-1", "between 0 and 100000"},
        {"quality_scaling=maybe", "neither true nor false"},
        {"fault='stall 100 every 1 s'", "a size in ms is missing"},
        {"fault='stall 100 ms every 1 s", "quote is not closed"},
    };
    for (const auto& row : rows) {
        INFO(row.words);
        CHECK_THAT(bad_input([&] { factors_of_words(row.words); }), Catch::Contains(row.says));
    }
    const ScriptFolder folder;
    const auto says = [&](const std::string& text) {
        const auto file = folder.write("plan.lua", text);
        return bad_input([&] { read_plan_file(file.string()); });
    };
    CHECK_THAT(says("return { grid = { vocies = 3 } }"), Catch::Contains("plan.lua") && Catch::Contains("vocies"));
    CHECK_THAT(says("return { grids = { { voices = 0 } } }"), Catch::Contains("between 1 and 900"));
    CHECK_THAT(says("return { seconds = 2 }"), Catch::Contains("has no grid"));
    CHECK_THAT(says("return { grid = { voices = {} } }"), Catch::Contains("list of 1 to"));
    CHECK_THAT(says("return { gird = { voices = 1 } }"), Catch::Contains("gird"));
    CHECK_THAT(says("return 1"), Catch::Contains("returns no table"));
    CHECK_THAT(says("return {"), Catch::Contains("plan.lua:1"));
}

TEST_CASE("faults are read as they are written") {
    for (const char* text :
         {"stall 100 ms every 1 s", "garbage 8 MiB every 0.5 s", "cold_jit every 2 s", "hang every 10 s",
          "flood 500 events every 1 s", "burst 32 notes every 1 s", "page_faults 100 pages every 0.1 s",
          "priority_loss 200 ms every 1 s", "reload every 1.5 s"}) {
        const auto faults = faults_of(text);
        REQUIRE(faults.size() == 1);
        CHECK(faults[0].text() == text);
    }
    const auto both = faults_of("stall 100 ms every 1 s + garbage 8 MiB every 0.5 s");
    REQUIRE(both.size() == 2);
    CHECK(both[0].kind == FaultKind::stall);
    CHECK(both[1].kind == FaultKind::garbage);
    CHECK(both[1].size == 8);
    CHECK(faults_of("none").empty());
    for (const char* text :
         {"", "stal 1 ms every 1 s", "stall 1 s every 1 s", "stall 1 ms", "stall 1 ms every 0 s", "hang",
          "stall 1 ms every 1 s +", "stall 1 ms every 1 s + stall 2 ms every 1 s", "hang 3 every 1 s"}) {
        INFO(text);
        CHECK_FALSE(fault_error(text).empty());
    }
}

TEST_CASE("events are the same for one seed, and come at their rate") {
    const EventPlan plan{.voices = 20, .events_hz = 200, .kind = "mixed", .seconds = 50, .seed = 3};
    const auto events = planned_events(plan), again = planned_events(plan);
    REQUIRE(events.size() == again.size());
    std::set<int> kinds, keys_seen;
    double before = 0;
    for (std::size_t i = 0; i < events.size(); ++i) {
        CHECK(events[i].seconds == again[i].seconds);
        CHECK(events[i].event.number == again[i].event.number);
        CHECK(events[i].seconds >= before);
        CHECK(events[i].seconds < 50);
        before = events[i].seconds;
        kinds.insert(static_cast<int>(events[i].event.kind));
        if (events[i].event.kind == EventKind::note_on)
            keys_seen.insert(events[i].event.channel + 16 * events[i].event.number);
    }
    CHECK(kinds.size() == 5);  // a note is let go and played again
    CHECK(keys_seen.size() == 20);
    // A quarter are notes, of two events; five standard deviations.
    CHECK(events.size() == Approx(200 * 50 * 1.25).margin(600));
    CHECK(planned_events({.voices = 20, .events_hz = 0, .kind = "mixed", .seconds = 50}).empty());
}

TEST_CASE("shards are written I/N") {
    CHECK(shard_of("2/8").number == 2);
    CHECK(shard_of("2/8").count == 8);
    for (const char* text : {"", "2", "0/8", "9/8", "a/b", "1/2/3", "1/"})
        CHECK_THAT(bad_input([&] { shard_of(text); }), Catch::Contains("write I/N"));
}
