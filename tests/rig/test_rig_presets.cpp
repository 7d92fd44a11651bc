// Presets of a rig file, and rigs that are played as a set.
#include "tests/scenes/catch.h"
#include "tests/scenes/rig_files.h"

using namespace forerun;
using Catch::Contains;

TEST_CASE("presets: values by name, programs by place or as they say, mistakes named") {
    Rigs rigs;
    const auto with = [](const std::string& presets) {
        return "return { instruments = { { name = 'bass', voice = 'voices/plain' }, { name = 'lead', voice = "
               "'voices/plain' } }, presets = { " +
               presets + " } }";
    };
    const auto rig =
        rigs.read(with("{ name = 'warm', values = { lead = { drive = 0.5 }, bass = { cutoff = 400 } } }, "
                       "{ program = 9, values = { bass = { cutoff = 20 } } }"));
    REQUIRE(rig.presets.size() == 2);
    CHECK(rig.presets[0].name == "warm");
    CHECK(rig.presets[0].program == 0);
    REQUIRE(rig.presets[0].values.size() == 2);
    CHECK(rig.presets[0].values[0].instrument == 0);
    CHECK(rig.presets[0].values[0].value == 400);
    CHECK(rig.presets[0].values[1].instrument == 1);
    CHECK(rig.presets[0].values[1].parameter == 1);
    CHECK(rig.presets[1].name == "preset 2");
    CHECK(rig.presets[1].program == 9);
    CHECK_THAT(rigs.error(with("{ values = { drums = { drive = 1 } } }")),
               Contains("preset 1: there is no instrument \"drums\"; there are bass, lead"));
    CHECK_THAT(rigs.error(with("{ values = { bass = { drve = 1 } } }")),
               Contains("preset 1: \"bass\" has no parameter \"drve\"; there are cutoff, drive"));
    CHECK_THAT(rigs.error(with("{ values = { bass = { cutoff = 1 } } }")), Contains("from 20 to 18000 Hz"));
    CHECK_THAT(rigs.error(with("{ values = { bass = 1 } }")), Contains("values of \"bass\" must be a table"));
    CHECK_THAT(rigs.error(with("{ name = 'empty' }")), Contains("preset 1: values is empty"));
    const std::string same = "{ name = 'same', values = { bass = { drive = 1 } } }";
    CHECK_THAT(rigs.error(with(same + ", " + same)), Contains("two presets are called \"same\""));
}

TEST_CASE("a set has its rigs in order, with unique names and their own master gains") {
    Rigs rigs;
    rigs.folder.write("ballad.lua", R"(return { name = "ballad", master_gain_db = -3,
        instruments = { { name = "keys", voice = "voices/plain" } },
        presets = { { name = "soft", values = { keys = { cutoff = 100 } } } } })");
    rigs.folder.write("finale.lua", R"(return { master_gain_db = -5, buses = { { name = "main" }, { name = "side" } },
        instruments = { { name = "keys", voice = "voices/plain", bus = "side" },
                        { name = "bells", voice = "voices/plain", controllers = { [20] = "drive" } } },
        presets = { { name = "hard", values = { bells = { drive = 1 } } } } })");
    const auto set = rigs.read("return { name = 'evening', rigs = { 'ballad', 'finale.lua' }, channel = 16 }");
    CHECK(set.name == "evening");
    CHECK(set.set == std::vector<std::string>{"ballad", "finale"});
    CHECK(set.set_channel_mask == 0x8000);
    CHECK(set.master_gain_db == -3);
    REQUIRE(set.instruments.size() == 3);
    CHECK(set.instruments[0].name == "keys");
    CHECK(set.instruments[1].name == "finale keys");
    CHECK(set.instruments[2].name == "bells");
    CHECK(set.instruments[0].rig == 0);
    CHECK(set.instruments[2].rig == 1);
    REQUIRE(set.buses.size() == 3);  // the other main is 2 dB softer
    CHECK(set.buses[1].name == "finale main");
    CHECK(set.buses[1].gain_db == -2);
    CHECK(set.instruments[1].bus == 2);
    REQUIRE(set.mappings.size() == 1);
    CHECK(set.mappings[0].targets[0].instrument == 2);
    REQUIRE(set.presets.size() == 2);
    CHECK(set.presets[1].rig == 1);
    CHECK(set.presets[1].values[0].instrument == 2);

    CHECK_THAT(rigs.error("return { rigs = { 'encore' } }"), Contains("band.lua: there is no rig \"encore\""));
    CHECK_THAT(rigs.error("return { rigs = { 'band' } }"), Contains("band.lua: is a set itself"));
    CHECK_THAT(rigs.error("return { rigs = { 3 } }"), Contains("rigs must be a list of texts"));
    CHECK_THAT(rigs.error("return { rigs = {} }"), Contains("a set has 1 to 128"));
    CHECK_THAT(rigs.error("return { rigs = { 'ballad' }, instruments = {} }"),
               Contains("\"instruments\" is not known"));
}
