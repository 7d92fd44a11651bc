// Rig files: every field, and that every mistake is one line with file, instrument and what to do.

#include <algorithm>

#include "script-runtime/rig/rig_set.h"
#include "tests/scenes/catch.h"
#include "tests/scenes/script_folder.h"

using namespace forerun;
using Catch::Contains;

namespace {

const std::string voice_text = R"(return {
    name = "plain", priority = 40, polyphony = 7, channels = 2,
    parameters = { cutoff = { default = 900, minimum = 20, maximum = 18000, unit = "Hz" }, drive = { default = 0 } },
    done = function() return true end, sample = function() return 0, 0 end })";

struct Rigs {
    Rigs() {
        folder.write("voices/plain.lua", voice_text);
        folder.write("library/shared/deep.lua", voice_text);
        options.script_path.push_back(folder.path() / "library");
        host = std::make_unique<LuaHost>(options);
    }
    Rig read(const std::string& text) { return host->evaluate_rig(folder.write("band.lua", text)); }
    std::string error(const std::string& text) {
        return bad_input([&] { read(text); });
    }
    // A mistake in the one instrument "bass", or in the table around it.
    std::string in_instrument(const std::string& fields) {
        return error("return { instruments = { { name = 'bass', voice = 'voices/plain', " + fields + " } } }");
    }
    std::string in_rig(const std::string& fields) {
        return error("return { instruments = { { voice = 'voices/plain' } }, " + fields + " }");
    }
    const FlushDenormals flush;
    ScriptFolder folder;
    LuaHostOptions options = host_options();
    std::unique_ptr<LuaHost> host;
};

}  // namespace

TEST_CASE("a mistake is one line, whatever the rig calls its keys") {
    Rigs rigs;
    const auto error = rigs.in_rig("['a\\n\\27[2Jb'] = 1");
    CHECK_THAT(error, Contains("\"a [2Jb\" is not known here"));
    CHECK(std::none_of(error.begin(), error.end(), [](char c) { return static_cast<unsigned char>(c) < 32; }));
    CHECK_THAT(rigs.in_rig("name = 'a\\127b'"), Contains("name must be a text"));
}

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

TEST_CASE("a rig cannot make messages quote arbitrary files; with trust it can") {
    Rigs rigs;
    const ScriptFolder elsewhere;
    const std::string words =
        "swordfish swordfish\nswordfish swordfish\n";  // what every reader quotes when it refuses it
    const auto secret = elsewhere.write("secret", words).string();
    const auto lua = elsewhere.write("secret.lua", words).string();
    const auto sound = elsewhere.write("sound.lua", voice_text).string();
    const auto scale = elsewhere.write("plain.scl", "fifths\n1\n3/2\n").string();
    std::filesystem::create_symlink(secret, rigs.folder.path() / "linked.scl");
    std::filesystem::create_symlink(secret, rigs.folder.path() / "linked.lua");
    rigs.folder.write("asks.lua", "require \"linked\"\n" + voice_text);
    const auto tuned = [&](const std::string& file) { return rigs.in_instrument("tuning = '" + file + "'"); };
    const auto voiced = [&](const std::string& file) {
        return rigs.error("return { instruments = { { voice = '" + file + "' } } }");
    };
    for (const auto& error :
         {tuned(secret), tuned("linked.scl"), voiced(secret), voiced("linked"), voiced("linked.lua"), voiced(lua),
          voiced("asks"), rigs.error("return { rigs = { '" + lua + "' } }"),
          rigs.in_instrument("tuning = { map = '" + secret + "' }")}) {
        INFO(error);
        CHECK_FALSE(error.empty());
        CHECK(error.find("swordfish") == std::string::npos);
    }
    CHECK_THAT(tuned(secret), Contains("must be a Scala file, with the ending .scl or .kbm"));
    CHECK_THAT(voiced(secret), Contains("no .lua file"));
    CHECK_THAT(voiced(lua), Contains("forerun check " + lua));
    // What is beside the rig is shown with its mistake, and files elsewhere may be used.
    rigs.folder.write("near.lua", "swordfish is the word");
    CHECK_THAT(voiced("near"), Contains("near.lua:1: "));
    CHECK(voiced(sound) == "");
    CHECK(tuned(scale) == "");
    rigs.options.trust = true;
    rigs.host = std::make_unique<LuaHost>(rigs.options);
    CHECK_THAT(voiced(lua), Contains("secret.lua:1: "));
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

TEST_CASE("mistakes in an instrument name file, instrument and what there is") {
    Rigs rigs;
    const std::string at = "band.lua: instrument \"bass\": ";
    CHECK_THAT(rigs.in_instrument("volume = 3"),
               Contains(at + "\"volume\" is not known here; there are name, voice, channel"));
    CHECK_THAT(rigs.in_instrument("bus = 'room'"), Contains(at + "there is no bus \"room\"; there are main"));
    CHECK_THAT(rigs.in_instrument("parameters = { cutof = 3 }"),
               Contains(at + "\"bass\" has no parameter \"cutof\"; there are cutoff, drive"));
    CHECK_THAT(rigs.in_instrument("parameters = { cutoff = 3 }"),
               Contains(at + "parameter \"cutoff\" must be a number from 20 to 18000 Hz"));
    CHECK_THAT(rigs.in_instrument("parameters = { cutoff = 0/0 }"), Contains(at + "parameter \"cutoff\" must be"));
    CHECK_THAT(rigs.in_instrument("parameters = { cutoff = '3' }"), Contains(at + "parameter \"cutoff\" must be"));
    CHECK_THAT(rigs.in_instrument("parameters = { 900 }"), Contains(at + "every entry needs a name"));
    CHECK_THAT(rigs.in_instrument("parameters = 5"), Contains(at + "parameters must be a table, not a number"));
    CHECK_THAT(rigs.in_instrument("channel = 0"), Contains(at + "channel must be a whole number from 1 to 16"));
    CHECK_THAT(rigs.in_instrument("channel = 17"), Contains(at + "channel must be"));
    CHECK_THAT(rigs.in_instrument("channel = 'some'"), Contains(at + "channel must be"));
    CHECK_THAT(rigs.in_instrument("channel = {}"), Contains(at + "channel must be"));
    CHECK_THAT(rigs.in_instrument("channel = { 1, 'x' }"), Contains(at + "channel must be"));
    CHECK_THAT(rigs.in_instrument("channel = print"), Contains(at + "channel must be"));
    CHECK_THAT(rigs.in_instrument("programs = { 5, 3 }"), Contains(at + "programs must be { first, last }"));
    CHECK_THAT(rigs.in_instrument("programs = { 1, 2, 3 }"), Contains(at + "programs must be { first, last }"));
    CHECK_THAT(rigs.in_instrument("programs = { 128 }"), Contains(at + "programs must be"));
    CHECK_THAT(rigs.in_instrument("velocities = { 0, 5 }"), Contains(at + "velocities must be"));
    CHECK_THAT(rigs.in_instrument("keys = { 9, 5 }"), Contains(at + "keys must be { first, last }, from 0 to 127"));
    CHECK_THAT(rigs.in_instrument("bank = 16384"), Contains(at + "bank is 16384; give a number from 0 to 16383"));
    CHECK_THAT(rigs.in_instrument("priority = -1"), Contains(at + "priority is -1; give a number from 0 to 100"));
    CHECK_THAT(rigs.in_instrument("polyphony = 0"), Contains(at + "polyphony is 0; give a number from 1"));
    CHECK_THAT(rigs.in_instrument("polyphony = 1.5"), Contains(at + "polyphony is 1.5; give a whole number"));
    CHECK_THAT(rigs.in_instrument("steal = 'newest'"),
               Contains(at + "steal is \"newest\"; choose one of oldest, quietest, same, none"));
    CHECK_THAT(rigs.in_instrument("pan = 2"), Contains(at + "pan is 2; give a number from -1 to 1"));
    CHECK_THAT(rigs.in_instrument("pan = 0/0"), Contains(at + "pan is"));
    CHECK_THAT(rigs.in_instrument("gain_db = 'loud'"), Contains(at + "gain_db must be a number, not a string"));
    CHECK_THAT(rigs.in_instrument("transpose = 0.5"), Contains(at + "transpose is 0.5; give a whole number"));
    CHECK_THAT(rigs.in_instrument("bend_range = 97"), Contains(at + "bend_range is 97"));
    CHECK_THAT(rigs.error("return { instruments = { { name = 'bass' } } }"), Contains(at + "voice is missing"));
    CHECK_THAT(rigs.error("return { instruments = { { voice = 'voices/nowhere' } } }"),
               Contains("band.lua: instrument 1: there is no voice \"voices/nowhere\" in "));
    rigs.folder.write("voices/broken.lua", "return {\n  sample = = 1 }");
    CHECK_THAT(rigs.error("return { instruments = { { name = 'bass', voice = 'voices/broken' } } }"),
               Contains(at) && Contains("voices/broken.lua:2:"));
}

TEST_CASE("mistakes around the instruments are named as well") {
    Rigs rigs;
    CHECK_THAT(rigs.error(""), Contains("band.lua: returns nothing; a rig returns a table"));
    CHECK_THAT(rigs.error("return {}"), Contains("band.lua: has no instruments"));
    CHECK_THAT(rigs.error(voice_text), Contains("band.lua: is a voice, not a rig"));
    CHECK_THAT(rigs.error("return { instruments = {} }"), Contains("band.lua: instruments is empty"));
    CHECK_THAT(rigs.error("return { instruments = 5 }"),
               Contains("band.lua: instruments must be a list of tables, not a number"));
    CHECK_THAT(rigs.error("return { instruments = { 5 } }"),
               Contains("band.lua: instruments: entry 1 must be a table, not a number"));
    CHECK_THAT(rigs.error("return { instruments = { bass = { voice = 'voices/plain' } } }"),
               Contains("must be a list without names"));
    CHECK_THAT(rigs.in_rig("tempo = 3"), Contains("band.lua: \"tempo\" is not known here; there are name, buses"));
    CHECK_THAT(rigs.in_rig("5"), Contains("band.lua: an entry without a name"));
    CHECK_THAT(rigs.in_rig("master_gain_db = 100"),
               Contains("band.lua: master_gain_db is 100; give a number from -120 to 24"));
    const auto in_output = [&](int output) {
        return rigs.in_rig("buses = { { name = 'a', output = " + std::to_string(output) + " } }");
    };
    CHECK_THAT(rigs.error("return { { voice = 'voices/plain' } }"), Contains("band.lua: has no instruments; write"));
    CHECK_THAT(rigs.in_rig("buses = {}"), Contains("band.lua: buses is empty"));
    CHECK_THAT(rigs.in_rig("buses = { { gain_db = 0 } }"), Contains("band.lua: bus 1: name is missing"));
    CHECK_THAT(rigs.in_rig("buses = { { name = 'a' }, { name = 'a' } }"),
               Contains("band.lua: two buses are called \"a\""));
    CHECK_THAT(rigs.in_rig("buses = { { name = 'a', output = 0 } }"),
               Contains("band.lua: bus 1: output is 0; give a number from 1 to 7"));
    CHECK_THAT(in_output(9), Contains("output is 9; give a number from 1 to 7"));
    CHECK(in_output(7) == "");
    CHECK_THAT(rigs.in_rig("buses = { { name = 'a', color = 0 } }"),
               Contains("band.lua: bus 1: \"color\" is not known here"));
    CHECK_THAT(rigs.error("return { instruments = { { name = 'a', voice = 'voices/plain' }, { name = 'a', voice = "
                          "'voices/plain' } } }"),
               Contains("band.lua: two instruments are called \"a\""));
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
