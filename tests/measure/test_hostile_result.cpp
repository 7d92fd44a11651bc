// Folders of results go from hand to hand: what is read from one is checked like anything else from outside.
#include <sys/stat.h>

#include <sstream>

#include "rt-engine/session/json_text.h"
#include "tests/scenes/catch.h"
#include "tests/scenes/script_folder.h"
#include "tools/measure/plan/plan.h"
#include "tools/measure/record/cell_fields.h"
#include "tools/measure/record/gap.h"
#include "tools/measure/run/merge.h"
#include "tools/measure/statistics/bucketed.h"

using namespace forerun;
using namespace forerun::measure;
using Catch::Contains;

namespace {

Json plan_json() {
    Plan plan;
    plan.points.emplace_back();
    return plan.json();
}

Json cell_json() {
    return {{"repeat", 1},
            {"seconds", 2.0},
            {"rate_hz", 48000},
            {"block_frames", 64},
            {"frames", 96000},
            {"cpu_share", 0.3},
            {"parameters", Point().values()},
            {"counts", {{"frames_rendered", 100}, {"underrun_events", 0}}},
            {"evidence", {{"frames", 3}, {"splice_error", 0.1}}},
            {"provenance", Json::object()}};
}

template <typename Check>
std::string fault_of(const Json& json, Check check) {
    try {
        check(json);
    } catch (const JsonFault& fault) {
        return fault.what();
    } catch (const BadInput& bad) {
        return bad.what();
    }
    return {};
}

}  // namespace

TEST_CASE("a cell whose fields are of another type or range is refused by the field") {
    REQUIRE(fault_of(cell_json(), require_cell).empty());
    const std::pair<const char*, Json> rows[] = {{"/repeat", -1},
                                                 {"/seconds", 0},
                                                 {"/seconds", 1e300},
                                                 {"/rate_hz", 0},
                                                 {"/rate_hz", "much"},
                                                 {"/block_frames", 1e18},
                                                 {"/frames", -1},
                                                 {"/cpu_share", nullptr},
                                                 {"/counts", 3},
                                                 {"/provenance", 1},
                                                 {"/counts/frames_rendered", -1},
                                                 {"/evidence/frames", 1e300},
                                                 {"/evidence/splice_error", "x"}};
    for (const auto& [path, value] : rows) {
        INFO(path << " " << value.dump());
        auto cell = cell_json();
        cell[Json::json_pointer(path)] = value;
        CHECK_THAT(fault_of(cell, require_cell), Contains("\""));
    }
    auto cell = cell_json();
    cell["parameters"]["voices"] = 1e9;
    CHECK_THAT(fault_of(cell, require_cell), Contains("voices"));
}

TEST_CASE("a plan of more cells than anybody measures is refused") {
    const auto check = [](const Json& json) { Plan::of(json, "plan.json"); };
    REQUIRE(fault_of(plan_json(), check).empty());
    const std::pair<const char*, Json> rows[] = {{"repeats", 2'000'000'000},
                                                 {"repeats", 0},
                                                 {"seconds", 1e300},
                                                 {"seed", -1},
                                                 {"title", 3},
                                                 {"points", Json::array()},
                                                 {"points", {1, 2}},
                                                 {"points", 3},
                                                 {"points", Json::array_t(10'001, Point().values())},
                                                 {"warmup_seconds", "long"}};
    for (const auto& [name, value] : rows) {
        INFO(name << " " << value.dump());
        auto plan = plan_json();
        plan[name] = value;
        CHECK_THAT(fault_of(plan, check), Contains("plan.json: is no plan") && Contains(name));
    }
}

TEST_CASE("numbers of a table that no sum can be made of are refused with their line") {
    for (const char* number : {"nan", "inf", "-inf", "1e300"}) {
        std::istringstream text(std::string("name,low,high,count\nx,0,") + number + ",1\n");
        CHECK_THAT(bad_input([&] { read_histograms(text, "h.csv"); }), Contains("h.csv:2:"));
    }
    for (const char* number : {"9223372036854775807", "-9223372036854775808", "99999999999999999999"}) {
        std::ostringstream written;
        write_gaps(written, {Gap{.voice = 1, .frame = 77, .frames = 88}});
        auto table = written.str();
        table.replace(table.find("77"), 2, number);
        std::istringstream text(table);
        CHECK_THAT(bad_input([&] { read_gaps(text, "g.csv"); }), Contains("g.csv:2:") && Contains("frame"));
    }
}

TEST_CASE("a table with two columns of one name is refused") {
    std::istringstream text("name,low,name,high,count\nx,0,x,1,3\n");
    CHECK_THAT(bad_input([&] { read_histograms(text, "h.csv"); }), Contains("two columns are called 'name'"));
    std::istringstream last("name,low,high,name,low,high,count\n\"x,y\",-1,0,1\n");
    CHECK_THAT(bad_input([&] { read_histograms(last, "h.csv"); }), Contains("two columns"));
}

TEST_CASE("merging results takes their files and no links or pipes") {
    const ScriptFolder folder;
    folder.write("secret", "a secret");
    folder.write("result/plan.json", plan_json().dump());
    const auto cell = folder.write("result/cells/p001r01/cell.json", cell_json().dump()).parent_path();
    const auto merged = [&] {
        return bad_input(
            [&] { merge_results({(folder.path() / "result").string()}, (folder.path() / "into").string()); });
    };
    std::filesystem::create_symlink(folder.path() / "secret", cell / "gaps.csv");
    CHECK_THAT(merged(), Contains("gaps.csv: is no file of a result"));
    std::filesystem::remove(cell / "gaps.csv");
    REQUIRE(mkfifo((cell / "gaps.csv").c_str(), 0600) == 0);
    CHECK_THAT(merged(), Contains("gaps.csv: is no file of a result"));
    std::filesystem::remove(cell / "gaps.csv");
    CHECK(merged().empty());
    CHECK(std::filesystem::exists(folder.path() / "into" / "cells" / "p001r01" / "cell.json"));
}
