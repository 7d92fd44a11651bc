// A bus that plays on other channels than the first two is heard there, or it is said why not.
#include <sndfile.h>

#include <array>

#include "rt-engine/conductor/graph.h"
#include "tests/scenes/catch.h"
#include "tests/scenes/live_engine.h"
#include "tests/scenes/program.h"

using namespace forerun;
using Catch::Contains;

namespace {

// Two instruments at rest levels, one of them on a bus of its own.
struct TwoBuses {
    explicit TwoBuses(int output) {
        folder.write("front.lua", ScriptFolder::voice("return 0.1"));
        folder.write("side.lua", ScriptFolder::voice("return 0.2"));
        rig = folder.write("rig.lua",
                           "return { buses = { { name = 'main' }, { name = 'side', output = " + std::to_string(output) +
                               " } }, instruments = { { name = 'f', voice = 'front' }, { name = 's', voice "
                               "= 'side', bus = 'side' } } }");
    }
    ProgramOutcome run(const std::string& arguments) const {
        return run_shell("cd '" + folder.path().string() + "' && " FORERUN_PROGRAM " " + arguments, "2>&1");
    }
    // The level of every channel of a sound file, at its middle.
    std::vector<float> levels(const std::string& name) const {
        SF_INFO info{};
        auto* file = sf_open((folder.path() / name).c_str(), SFM_READ, &info);
        REQUIRE(file);
        std::vector<float> frames(static_cast<std::size_t>(info.frames * info.channels));
        sf_readf_float(file, frames.data(), info.frames);
        sf_close(file);
        const auto* middle = frames.data() + info.frames / 2 * info.channels;
        return {middle, middle + info.channels};
    }
    ScriptFolder folder;
    std::filesystem::path rig;
};

}  // namespace

TEST_CASE("render writes as many channels as the rig's buses play on") {
    const TwoBuses two(3);
    for (const auto* name : {"o.wav", "o.flac"}) {
        CAPTURE(name);
        const auto outcome = two.run("render rig.lua --seconds 1 -o " + std::string(name));
        CAPTURE(outcome.text);
        REQUIRE(outcome.code == 0);
        const auto levels = two.levels(name);
        REQUIRE(levels.size() == 4);
        CHECK(levels[0] > 0.01f);
        CHECK(levels[2] == Approx(2 * levels[0]).epsilon(1e-3));
        CHECK(levels[3] == Approx(2 * levels[1]).epsilon(1e-3));
    }
}

TEST_CASE("play does so on the clock, and records it") {
    const TwoBuses two(5);
    const auto outcome = two.run("play rig.lua --device clock --midi none --seconds 1 --record m.wav");
    CAPTURE(outcome.text);
    CHECK(outcome.code == 0);
    CHECK_THAT(outcome.text, Contains("outputs    6"));
    const auto levels = two.levels("m.wav");
    REQUIRE(levels.size() == 6);
    CHECK(levels[4] == Approx(2 * levels[0]).epsilon(1e-3));
    CHECK(levels[2] == 0);
}

TEST_CASE("a bus beyond the channels there are is named") {
    const TwoBuses two(3);
    CHECK_THAT(bad_input([&] { LiveEngine live(two.rig); }),
               Contains("bus \"side\" of the rig has output = 3, which is channels 3 and 4, but there are 2"));
    auto four = live_configuration();
    four.channels = 4;
    CHECK(bad_input([&] { LiveEngine live(two.rig, four); }) == "");
}

TEST_CASE("one channel gets every bus of the first two, and no other") {
    Rig rig;
    rig.buses = {BusDescription{}, {.name = "b", .output = 0}};
    CHECK(bad_input([&] { require_outputs(rig, 1); }) == "");
    rig.buses[1].output = 1;
    CHECK_THAT(bad_input([&] { require_outputs(rig, 1); }), Contains("but there is one channel"));
    CHECK(output_channels(rig.buses) == 3);
    CHECK(output_channels({}) == 2);
}
