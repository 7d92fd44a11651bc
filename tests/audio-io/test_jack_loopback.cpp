// ctest: timeout=120
// ctest: jack
// ctest: plain
// Loopback inside JACK: what the server itself delays is known, a whole number of its periods.
#include <nlohmann/json.hpp>

#include <fstream>
#include <string>

#include "tests/scenes/catch.h"
#include "tests/scenes/jack_server.h"
#include "tests/scenes/program.h"

using namespace forerun;

namespace {

ProgramOutcome loopback(const std::string& options, const std::string& where) {
    return run_shell("export JACK_DEFAULT_SERVER=forerun-test; " FORERUN_PROGRAM
                     " measure loopback --host-api jack --seconds 1 " +
                         options,
                     where);
}

}  // namespace

TEST_CASE("a JACK client's output connected to its input comes back after one period, always the same") {
    const int period_frames = GENERATE(128, 512);
    const JackServer server(period_frames);
    REQUIRE(std::system("jack_wait -w -t 20 >/dev/null 2>&1") == 0);
    const ScriptFolder folder;
    const auto file = (folder.path() / "loopback.json").string();
    const auto outcome = loopback("--connect --json " + file, "2>&1");
    INFO(outcome.text);
    REQUIRE(outcome.code == 0);
    CHECK_THAT(outcome.text, Catch::Contains("1.00 blocks"));
    const auto json = nlohmann::json::parse(std::ifstream(file));
    CHECK(json.at("found") == json.at("bursts"));
    CHECK(json.at("found") >= 3);
    const auto& latency = json.at("latency");
    CHECK(latency.at("p50").at("frames").get<double>() == Approx(period_frames).margin(0.001));
    CHECK(latency.at("jitter").at("frames").get<double>() < 0.001);
    CHECK(json.at("gain_db").get<double>() == Approx(0).margin(0.01));
}

TEST_CASE("without a cable one line says what to do") {
    const JackServer server(128);
    REQUIRE(std::system("jack_wait -w -t 20 >/dev/null 2>&1") == 0);
    const auto outcome = loopback("", "2>&1");
    CHECK(outcome.code == 1);
    CHECK_THAT(outcome.text, Catch::Contains("none of") && Catch::Contains("came back (the input is silent); connect"));
    CHECK(std::count(outcome.text.begin(), outcome.text.end(), '\n') == 1);
}

TEST_CASE("a JACK server that is not there, and a client that is not: one line each") {
    const auto none = errors_of("measure loopback --host-api jack");
    CHECK(none.code == 2);
    CHECK_THAT(none.text, Catch::Contains("no JACK server answers; start one"));
    const JackServer server(128);
    REQUIRE(std::system("jack_wait -w -t 20 >/dev/null 2>&1") == 0);
    const auto stranger = loopback("--device piano", "2>&1 >/dev/null");
    CHECK(stranger.code == 2);
    CHECK_THAT(stranger.text, Catch::Contains("--device piano: no JACK client of this name takes sound"));
}
