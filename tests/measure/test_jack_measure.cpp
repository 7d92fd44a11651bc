// ctest: timeout=180
// ctest: jack
// ctest: plain
// Cells on a JACK server: Forerun and, as far as they are installed, other systems are heard by the same recorder.
#include <nlohmann/json.hpp>

#include <fstream>
#include <string>

#include "tests/scenes/catch.h"
#include "tests/scenes/jack_server.h"
#include "tests/scenes/program.h"
#include "tools/process/child_process.h"

using namespace forerun;

namespace {

nlohmann::json cell_of(const std::string& mode) {
    const ScriptFolder folder;
    const auto result = folder.path() / "result";
    const auto outcome = run_shell("export JACK_DEFAULT_SERVER=forerun-test; " FORERUN_PROGRAM
                                   " measure --grid \"host_api=jack device=system voices=4 block_frames=256 mode=" +
                                       mode + "\" --seconds 0.5 --warmup 0.2 --repeats 1 -o " + result.string(),
                                   "2>&1");
    INFO(outcome.text);
    REQUIRE(outcome.code == 0);
    return nlohmann::json::parse(std::ifstream(result / "cells" / "p001r01" / "cell.json"));
}

}  // namespace

TEST_CASE("what is played on JACK is recorded there, and its level is that of four voices") {
    const JackServer server(256);
    REQUIRE(std::system("jack_wait -w -t 20 >/dev/null 2>&1") == 0);
    const auto own = cell_of("rewind");
    const auto& sound = own.at("sound");
    CHECK(sound.at("level_db").get<double>() > -60);
    CHECK(sound.at("level_db").get<double>() < -20);
    CHECK(sound.at("gaps") == sound.at("silent").get<int>() + sound.at("repeated").get<int>() +
                                  sound.at("lost").get<int>() + sound.at("step").get<int>());

    for (const auto& [mode, program] :
         {std::pair{"supercollider", "scsynth"}, std::pair{"csound", "csound"}, std::pair{"pd", "pd"}}) {
        if (!is_program(program)) continue;
        const auto cell = cell_of(mode);
        CAPTURE(mode, cell.dump());
        CHECK(cell.at("frames") == 24000 / 256 * 256);
        CHECK(cell.at("sound").at("level_db").get<double>() > -60);
        CHECK(cell.at("sound").at("level_db").get<double>() < -20);
        CHECK(cell.at("provenance").at("system").at("version") != "");
    }
}
