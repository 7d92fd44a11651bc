// ctest: timeout=240
// The program measures, is killed at any moment, and goes on: same cells, none twice, none torn.
#include <signal.h>

#include <fstream>
#include <map>
#include <random>
#include <thread>

#include "tests/scenes/catch.h"
#include "tests/scenes/program.h"
#include "tools/measure/record/cell_record.h"
#include "tools/measure/record/result_folder.h"

using namespace forerun;
using namespace forerun::measure;

namespace {

namespace fs = std::filesystem;

const std::string grid = "--grid 'voices=1,2,3 mode=ring,rewind events_hz=40' --seconds 0.1 --warmup 0.05 --repeats 2 ";

std::string measure_into(const fs::path& folder) {
    return "FORERUN_PATH=" + std::string(FORERUN_SOURCE_DIR "/scripts") + " " FORERUN_PROGRAM " measure " + grid +
           "-o '" + folder.string() + "'";
}

// Size and time of every file of every cell.
std::map<std::string, std::pair<std::uintmax_t, fs::file_time_type>> cells_in(const fs::path& folder) {
    std::map<std::string, std::pair<std::uintmax_t, fs::file_time_type>> found;
    for (const auto& entry : fs::recursive_directory_iterator(folder / "cells")) {
        const auto name = fs::relative(entry.path(), folder / "cells").string();
        if (entry.is_regular_file() && name[0] != '.') found[name] = {entry.file_size(), entry.last_write_time()};
    }
    return found;
}

}  // namespace

TEST_CASE("an experiment that is killed ten times is resumed to the same set of cells") {
    const ScriptFolder folder;
    const auto result = folder.path() / "result";
    std::mt19937 random(1);
    std::map<std::string, std::pair<std::uintmax_t, fs::file_time_type>> before;
    for (int time = 0; time < 10; ++time) {
        const pid_t child = fork();
        REQUIRE(child >= 0);
        if (child == 0) {
            setsid();
            execl("/bin/sh", "sh", "-c", ("exec env " + measure_into(result) + " >/dev/null 2>&1").c_str(), nullptr);
            _exit(127);
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(random() % 900));
        kill(child, SIGKILL);
        waitpid(child, nullptr, 0);
        if (!fs::exists(result / "cells")) continue;
        const auto now = cells_in(result);
        // What was whole is not touched again.
        for (const auto& [name, facts] : before) {
            INFO(name);
            REQUIRE(now.count(name) == 1);
            CHECK(now.at(name) == facts);
        }
        before = now;
    }
    const auto last = run_shell(measure_into(result), "2>&1");
    INFO(last.text);
    REQUIRE(last.code == 0);
    const auto after = cells_in(result);
    for (const auto& [name, facts] : before) CHECK(after.at(name) == facts);
    const ResultFolder whole(result);
    CHECK(whole.done().size() == 12);
    std::map<std::string, int> answers;
    for (const auto& cell : whole.plan().order()) {
        const auto record = read_cell(whole.cell(cell), true);
        CHECK(record.cell.at("cell") == cell.text());
        CHECK(record.cell.at("parameters") == whole.plan().point(cell).values());
        for (const auto& metric : metrics) {
            INFO(metric.name);
            if (metric.kind != "Histogram") CHECK(record.cell.at("counts").contains(metric.name));
        }
        for (const auto* name : {"callback_us", "interval_us", "quantum_us"}) {
            INFO(name);
            CHECK(record.histograms.contains(name));
        }
        // On a busy machine a tenth of a second may end before anything is answered; not in every cell.
        for (const auto* name : {"response_ms", "answered_ms"}) answers[name] += record.histograms.contains(name);
    }
    CHECK(answers["response_ms"] > 0);
    CHECK(answers["answered_ms"] > 0);
    for (const auto& entry : fs::directory_iterator(result / "cells"))
        CHECK(entry.path().filename().string()[0] == 'p');
    // Nothing is left to do.
    CHECK_THAT(run_shell(measure_into(result), "2>&1").text, Catch::Contains("0 cells measured now, 12 of 12"));
}

TEST_CASE("what does not depend on time is the same for the same plan and seed") {
    const ScriptFolder folder;
    for (const char* name : {"a", "b"}) {
        const auto outcome = run_shell(measure_into(folder.path() / name), "2>&1");
        INFO(outcome.text);
        REQUIRE(outcome.code == 0);
    }
    const ResultFolder a(folder.path() / "a"), b(folder.path() / "b");
    CHECK(a.plan().json() == b.plan().json());
    for (const auto& name : a.plan().order()) {
        const auto first = read_cell(a.cell(name), false).cell, second = read_cell(b.cell(name), false).cell;
        CHECK(first.at("parameters") == second.at("parameters"));
        CHECK(first.at("seed") == second.at("seed"));
        CHECK(first.at("counts").at("events_planned") == second.at("counts").at("events_planned"));
        CHECK(first.at("provenance").at("scripts") == second.at("provenance").at("scripts"));
        CHECK(first.at("counts").at("events_planned").get<int>() > 0);
    }
}

TEST_CASE("shards measure every cell once between them") {
    const ScriptFolder folder;
    std::size_t cells = 0;
    for (const char* shard : {"1/2", "2/2"}) {
        const auto result = folder.path() / std::string(1, shard[0]);
        const auto outcome = run_shell(measure_into(result) + " --shard " + shard, "2>&1");
        INFO(outcome.text);
        REQUIRE(outcome.code == 0);
        for (const auto& name : ResultFolder(result).done()) {
            ++cells;
            CHECK((shard[0] == '1' || !fs::exists(folder.path() / "1" / "cells" / name.text())));
        }
    }
    CHECK(cells == 12);
}

TEST_CASE("a cell that cannot be measured is named with its reason, and the others are measured") {
    const ScriptFolder folder;
    const auto broken = folder.write("broken.lua", "return {");
    const auto outcome =
        run_shell("FORERUN_PATH=" + std::string(FORERUN_SOURCE_DIR "/scripts") +
                      " " FORERUN_PROGRAM " measure --grid 'voices=1 voice=subtractive," + broken.string() +
                      "' --seconds 0.1 --warmup 0 --repeats 1 -o '" + (folder.path() / "r").string() + "'",
                  "2>&1");
    CHECK(outcome.code == 1);
    CHECK_THAT(outcome.text, Catch::Contains("failed  p002r01") && Catch::Contains("broken.lua:1"));
    CHECK(ResultFolder(folder.path() / "r").done().size() == 1);
}

TEST_CASE("a folder is refused that is not the plan's") {
    const ScriptFolder folder;
    folder.write("photo.txt", "mine");
    Plan plan;
    add_grid(plan, factors_of_words("voices=1"));
    CHECK_THAT(bad_input([&] { ResultFolder(folder.path(), plan); }), Catch::Contains("holds other files"));
    const auto result = folder.path() / "r";
    {
        const ResultFolder held(result, plan);
        CHECK_THAT(bad_input([&] { ResultFolder(result, plan); }), Catch::Contains("somebody else is measuring"));
    }
    add_grid(plan, factors_of_words("voices=2"));
    CHECK_THAT(bad_input([&] { ResultFolder(result, plan); }), Catch::Contains("another plan"));
    CHECK_THAT(bad_input([&] { ResultFolder(folder.path() / "nowhere"); }), Catch::Contains("is no result"));
    CHECK_THAT(bad_input([&] { ResultFolder(folder.path() / "photo.txt", plan); }), Catch::Contains("is no folder"));
}
