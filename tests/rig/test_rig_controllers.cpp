// Which controllers a rig says move which parameters.
#include "tests/scenes/catch.h"
#include "tests/scenes/rig_files.h"

using namespace forerun;
using Catch::Contains;

TEST_CASE("a rig says which controllers move which parameters") {
    Rigs rigs;
    const auto rig = rigs.read(R"(return { instruments = {
        { name = "bass", voice = "voices/plain", channel = 3, controllers = { [74] = "cutoff",
          [20] = { parameter = "drive", from = 1, to = 0.5, curve = 2 } }, nrpn = { [300] = "cutoff" } },
        { name = "other", voice = "voices/plain" } },
        macros = { { name = "brighter", controller = 16, channel = 2, moves = {
            { instrument = "other", parameter = "cutoff", from = 200 }, { instrument = "bass", parameter = "drive" } } },
            { controller = 17, moves = { { instrument = "bass", parameter = "drive" } } } } })");
    REQUIRE(rig.mappings.size() == 5);
    const auto& m = rig.mappings;
    CHECK(m[0].number == 20);
    CHECK(m[0].channel_mask == 4);
    CHECK(m[0].targets[0].value(0) == 1);
    CHECK(m[0].targets[0].value(0.5) == Approx(1 - 0.5 * 0.25));
    CHECK(m[0].targets[0].value(1) == 0.5f);
    CHECK(m[1].number == 74);
    CHECK(m[1].targets[0].parameter == 0);
    CHECK(m[2].nrpn);
    CHECK(m[2].number == 300);
    CHECK(m[3].macro == "brighter");
    CHECK(m[3].channel_mask == 2);
    REQUIRE(m[3].targets.size() == 2);
    CHECK(m[3].targets[0].instrument == 1);
    CHECK(m[3].targets[0].from == 200);
    CHECK(m[3].targets[1].instrument == 0);
    CHECK(m[4].macro == "macro 2");
    CHECK(m[4].channel_mask == 0xffff);

    const auto at = [&](const std::string& text) { return rigs.in_instrument(text); };
    CHECK_THAT(at("controllers = { [74] = 'cutof' }"), Contains("has no parameter \"cutof\"; there are cutoff"));
    CHECK_THAT(at("controllers = { cutoff = 74 }"), Contains("an entry without a number; write [74] = ..."));
    CHECK_THAT(at("controllers = { [120] = 'cutoff' }"), Contains("with numbers from 0 to 119"));
    CHECK_THAT(at("controllers = { [7] = 5 }"), Contains("controllers 7 must be the name of a parameter"));
    CHECK_THAT(at("controllers = { [7] = { parameter = 'cutoff', from = 5 } }"), Contains("controllers 7: from is 5"));
    CHECK_THAT(at("controllers = { [7] = { from = 5 } }"), Contains("controllers 7: parameter is missing"));
    CHECK_THAT(at("nrpn = { [20000] = 'cutoff' }"), Contains("with numbers from 0 to 16383"));
    const auto macros = [&](const std::string& text) {
        return rigs.error("return { instruments = { { voice = 'voices/plain' } }, macros = { " + text + " } }");
    };
    CHECK_THAT(macros("{ moves = {} }"), Contains("macro 1: controller is missing"));
    CHECK_THAT(macros("{ controller = 1 }"), Contains("macro 1: moves is empty"));
    CHECK_THAT(macros("{ controller = 1, moves = { { instrument = 'x' } } }"),
               Contains("there is no instrument \"x\"; there are plain"));
}
