// Mistakes in rig files: each is one line with file, instrument and what to do.
#include <algorithm>

#include "tests/scenes/catch.h"
#include "tests/scenes/rig_files.h"

using namespace forerun;
using Catch::Contains;

TEST_CASE("a mistake is one line, whatever the rig calls its keys") {
    Rigs rigs;
    const auto error = rigs.in_rig("['a\\n\\27[2Jb'] = 1");
    CHECK_THAT(error, Contains("\"a [2Jb\" is not known here"));
    CHECK(std::none_of(error.begin(), error.end(), [](char c) { return static_cast<unsigned char>(c) < 32; }));
    CHECK_THAT(rigs.in_rig("name = 'a\\127b'"), Contains("name must be a text"));
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
