// Rig files: every field, tunings, keys, and what a rig may do in the sandbox.
#include "script-runtime/rig/rig_set.h"
#include "tests/scenes/catch.h"
#include "tests/scenes/rig_files.h"

using namespace forerun;
using Catch::Contains;

TEST_CASE("a parameter may be set to exactly its limits") {
    Rigs rigs;
    rigs.folder.write("voices/limits.lua", R"(return {
        parameters = { attack = { default = 0.1, minimum = 0.002, maximum = 0.7 } },
        done = function() return true end, sample = function() return 0 end })");
    const auto with = [](const std::string& value) {
        return "return { instruments = { { voice = 'voices/limits', parameters = { attack = " + value + " } } } }";
    };
    CHECK(rigs.read(with("0.002")).instruments[0].parameters[0].value == 0.002f);
    CHECK(rigs.read(with("0.7")).instruments[0].parameters[0].value == 0.7f);
    CHECK_THAT(rigs.error(with("0.0019")), Contains("from 0.002 to 0.7"));
    CHECK_THAT(rigs.error(with("0/0")), Contains("from 0.002 to 0.7"));
}

TEST_CASE("a rig with every field") {
    Rigs rigs;
    const auto rig = rigs.read(R"(return {
        name = "band", master_gain_db = -6,
        buses = { { name = "main", gain_db = -1 }, { name = "side", gain_db = 2, output = 3 } },
        instruments = {
            { name = "bass", voice = "voices/plain", channel = 2, programs = { 32, 39 }, bank = 130, keys = { 24, 47 }, velocities = 100,
              velocity_curve = 0.5, priority = 60, polyphony = 4,
              steal = "quietest", bus = "side", gain_db = -3, pan = -0.5, transpose = -12, bend_range = 7,
              mode = "legato", glide = 0.25,
              parameters = { cutoff = 1200 } },
            { name = "two", voice = "voices/plain.lua", channel = { 1, 16 }, programs = 5, steal = "same" },
            { name = "all", voice = "shared/deep", channel = "all", steal = "none" },
            { voice = "shared/deep" },
        } })");
    CHECK(rig.name == "band");
    CHECK(rig.master_gain_db == -6);
    REQUIRE(rig.buses.size() == 2);
    CHECK(rig.buses[0].output == 0);
    CHECK(rig.buses[1].name == "side");
    CHECK(rig.buses[1].gain_db == 2);
    CHECK(rig.buses[1].output == 2);
    REQUIRE(rig.instruments.size() == 4);
    const auto& bass = rig.instruments[0];
    CHECK(bass.name == "bass");
    CHECK(bass.script == rigs.folder.path() / "voices" / "plain.lua");
    CHECK(bass.channel_mask == 2);
    CHECK(bass.bank == 130);
    CHECK(bass.first_key == 24);
    CHECK(bass.last_key == 47);
    CHECK(bass.least_velocity == 100);
    CHECK(bass.most_velocity == 100);
    CHECK(bass.velocity_curve == 0.5);
    CHECK_FALSE(rig.instruments[1].bank.has_value());
    CHECK(bass.first_program == 32);
    CHECK(bass.last_program == 39);
    CHECK(bass.priority == 60);
    CHECK(bass.polyphony == 4);
    CHECK(bass.steal == StealPolicy::quietest);
    CHECK(bass.bus == 1);
    CHECK(bass.gain_db == -3);
    CHECK(bass.pan == -0.5);
    CHECK(bass.transpose == -12);
    CHECK(bass.bend_range == 7);
    CHECK(bass.mode == NoteMode::legato);
    CHECK(bass.glide_seconds == 0.25);
    CHECK(bass.key_hz(81) == Approx(440));
    CHECK(rig.instruments[1].mode == NoteMode::poly);
    CHECK(bass.channels == 2);
    REQUIRE(bass.parameters.size() == 2);
    CHECK(bass.parameters[0].value == 1200.0f);
    CHECK(bass.parameters[0].default_value == 900.0f);
    CHECK(bass.parameters[1].value == 0.0f);
    CHECK(rig.instruments[1].channel_mask == 0x8001);
    CHECK(rig.instruments[1].first_program == 5);
    CHECK(rig.instruments[1].last_program == 5);
    CHECK(rig.instruments[1].steal == StealPolicy::same_note);
    CHECK(rig.instruments[2].channel_mask == 0xffff);
    CHECK(rig.instruments[2].steal == StealPolicy::none);
    const auto& plain = rig.instruments[3];
    CHECK(plain.name == "plain");
    CHECK(plain.channel_mask == 0xffff);
    CHECK(plain.last_program == 127);
    CHECK(plain.priority == 40);
    CHECK(plain.polyphony == 7);
    CHECK(plain.bus == 0);
}

TEST_CASE("a rig is tuned by a scale and a keyboard map beside it, an instrument by its own") {
    Rigs rigs;
    rigs.folder.write("fifths.scl", "only fifths\n1\n3/2\n");
    rigs.folder.write("from_a.kbm", "0\n0\n127\n69\n69\n442\n0\n");
    const auto rig = rigs.read(R"(return { tuning = "fifths.scl", instruments = {
        { name = "rig's", voice = "voices/plain", transpose = -1 },
        { name = "own", voice = "voices/plain", tuning = { scale = "fifths.scl", map = "from_a.kbm" } },
        { name = "equal", voice = "voices/plain", tuning = { map = "from_a.kbm" }, transpose = 12 } } })");
    CHECK(rig.instruments[0].key_hz(63) == Approx(261.6255653 * 2.25));
    CHECK(rig.instruments[1].key_hz(70) == Approx(663));
    CHECK(rig.instruments[2].key_hz(69) == Approx(884));

    const auto by_a4 = rigs.read(R"(return { tuning = { a4 = 442 }, instruments = {
        { name = "rig's", voice = "voices/plain" },
        { name = "scale", voice = "voices/plain", tuning = { scale = "fifths.scl", a4 = 415 } },
        { name = "map", voice = "voices/plain", tuning = { scale = "fifths.scl", map = "from_a.kbm", a4 = 430 } } } })");
    CHECK(by_a4.instruments[0].key_hz(69) == Approx(442));
    CHECK(by_a4.instruments[0].key_hz(60) == Approx(442 * std::exp2(-9 / 12.0)));
    CHECK(by_a4.instruments[1].key_hz(69) == Approx(415));
    CHECK(by_a4.instruments[1].key_hz(70) == Approx(415 * 1.5));
    CHECK(by_a4.instruments[2].key_hz(68) == Approx(430 / 1.5));

    const auto at = [&](const std::string& tuning) { return rigs.in_instrument("tuning = " + tuning); };
    CHECK_THAT(at("{ a4 = 44 }"), Contains("a4 is 44; give a number from 220 to 880"));
    CHECK_THAT(at("'none.scl'"), Contains("none.scl: there is no such file"));
    CHECK_THAT(at("5"), Contains("tuning must be a text"));
    CHECK_THAT(at("{ skale = 'x' }"), Contains("\"skale\" is not known here; there are scale, map, a4"));
    rigs.folder.write("bad.scl", "bad\n1\nhigh\n");
    CHECK_THAT(at("'bad.scl'"), Contains("bad.scl:3: \"high\" is no pitch"));
}

TEST_CASE("keys may be listed, and keys of a choke group stop each other") {
    Rigs rigs;
    const auto rig = rigs.read(R"(return { instruments = {
        { name = "hats", voice = "voices/plain", keys = { 42, 44, 46 }, choke = "hats" },
        { name = "kit", voice = "voices/plain", choke = { whistles = { 71, 72 }, hats = 46, guiro = { 73, 74 } } },
        { name = "rest", voice = "voices/plain", keys = { 60, 72 } } } })");
    const auto& hats = rig.instruments[0];
    std::vector<int> played, choking;
    for (int key = 0; key < 128; ++key) {
        if (hats.plays_key(key)) played.push_back(key);
        if (hats.choke_group(key) == 1) choking.push_back(key);
    }
    CHECK(played == std::vector<int>{42, 44, 46});
    CHECK(choking == played);
    CHECK(rig.choke_groups == std::vector<std::string>{"hats", "guiro", "whistles"});
    const auto& kit = rig.instruments[1];
    CHECK(kit.plays_key(0));
    CHECK(kit.choke_group(46) == 1);
    CHECK(kit.choke_group(42) == 0);
    CHECK(kit.choke_group(74) == 2);
    CHECK(kit.choke_group(71) == 3);
    CHECK(rig.instruments[2].choke_group(71) == 0);

    // Groups of two rigs of a set are not the same.
    const auto set = merged({rig, rig});
    CHECK(set.choke_groups.size() == 6);
    CHECK(set.instruments[3].choke_group(42) == 4);
    CHECK(set.instruments[4].choke_group(42) == 0);

    CHECK_THAT(rigs.in_instrument("choke = 5"), Contains("choke must be a text"));
    CHECK_THAT(rigs.in_instrument("choke = { a = { 1 }, b = { 1 } }"), Contains("key 1 is in two groups"));
    CHECK_THAT(rigs.in_instrument("choke = { a = 128 }"), Contains("128"));
    CHECK_THAT(rigs.in_instrument("keys = { 42, 44, 200 }"), Contains("whole number from 0 to 127"));
}

TEST_CASE("a rig may compute, in the sandbox") {
    Rigs rigs;
    const auto rig = rigs.read(
        "local list = {}\nfor i = 1, 16 do list[i] = { name = 'i' .. i, voice = 'voices/plain', channel = i } end\n"
        "return { instruments = list }");
    CHECK(rig.instruments.size() == 16);
    CHECK(rig.name == "band");
    CHECK_THAT(rigs.error("return { name = io.read() }"), Contains("band.lua:1: io is not available"));
    CHECK_THAT(rigs.error("local x = {}\nreturn x.y.z"), Contains("band.lua:2: attempt to index"));
    CHECK_THAT(rigs.error("return {\n instruments = {\n"), Contains("band.lua:3:"));
}

TEST_CASE("a rig and a voice are distinguished") {
    Rigs rigs;
    CHECK(rigs.host->is_rig(rigs.folder.write("rig.lua", "return { instruments = { { voice = 'nowhere' } } }")));
    CHECK_FALSE(rigs.host->is_rig(rigs.folder.path() / "voices" / "plain.lua"));
    CHECK_FALSE(rigs.host->is_rig(rigs.folder.write("five.lua", "return 5")));
    CHECK(rigs.host->is_rig(rigs.folder.write("list.lua", "return { { voice = 'voices/plain' } }")));
    CHECK_FALSE(rigs.host->is_rig(rigs.folder.write("silent.lua", "return { start = function() end }")));
    CHECK_THAT(bad_input([&] { rigs.host->is_rig(rigs.folder.path() / "nowhere.lua"); }),
               Contains("there is no such file"));
}
