// Limits of a rig's file: one Lua table may be used in many places, so a short file can describe much.
#include "tests/scenes/catch.h"
#include "tests/scenes/script_folder.h"

using namespace forerun;
using Catch::Contains;

namespace {

std::string refused(const std::string& rig) {
    const ScriptFolder folder;
    folder.write(
        "tone.lua",
        "return { parameters = { level = { default = 0.1 } }, start = function(self) end, done = function() return "
        "true end, sample = function(self) return self.params.level end }\n");
    folder.write("part.lua",
                 "local all = {} for i = 1, 900 do all[i] = { voice = 'tone' } end return { instruments = all }");
    const auto file = folder.write("rig.lua", rig);
    LuaHost host(host_options());
    return bad_input([&] { host.evaluate_rig(file); });
}

}  // namespace

TEST_CASE("tables that a rig uses in many places are counted each time") {
    CHECK_THAT(refused("local nrpn = {} for n = 0, 999 do nrpn[n] = 'level' end local all = {} "
                       "for i = 1, 20 do all[i] = { voice = 'tone', nrpn = nrpn } end return { instruments = all }"),
               Contains("more than 16384 controllers"));
    CHECK_THAT(
        refused(
            "local all, values, presets = {}, {}, {} for i = 1, 600 do all[i] = { name = 'i' .. i, voice = 'tone' } "
            "values['i' .. i] = { level = 0.5 } end for i = 1, 128 do presets[i] = { values = values } end "
            "return { instruments = all, presets = presets }"),
        Contains("more than 65536 values in all presets"));
    CHECK_THAT(refused("local moves, macros = { { instrument = 'tone', parameter = 'level' } }, {} "
                       "for i = 1, 9 do macros[i] = { controller = i, moves = moves } end "
                       "return { instruments = { { voice = 'tone' } }, macros = macros }"),
               Contains("macros has more than 8 entries"));
    CHECK_THAT(refused("local presets = {} for i = 1, 129 do presets[i] = { values = { tone = { level = 1 } } } end "
                       "return { instruments = { { voice = 'tone' } }, presets = presets }"),
               Contains("presets has more than 128 entries"));
}

TEST_CASE("a set of rigs has no more instruments than can be numbered") {
    const auto parts = [](int count) {
        return refused("local rigs = {} for i = 1, " + std::to_string(count) +
                       " do rigs[i] = 'part' end return { rigs = rigs }");
    };
    CHECK(parts(4) == "");
    CHECK_THAT(parts(5), Contains("more than 4096 instruments and buses"));
}

TEST_CASE("a set of rigs has no more choke groups than can be numbered") {
    const ScriptFolder folder;
    folder.write("tone.lua", ScriptFolder::voice("return 0"));
    // 32 groups.
    folder.write("part.lua",
                 "local choke = {} for i = 1, 32 do choke['g' .. i] = { i } end "
                 "return { instruments = { { voice = 'tone', choke = choke } } }");
    LuaHost host(host_options());
    const auto set_of = [&](int rigs) {
        return folder.write("set.lua", "local rigs = {} for i = 1, " + std::to_string(rigs) +
                                           " do rigs[i] = 'part' end return { rigs = rigs }");
    };
    const auto set = host.evaluate_rig(set_of(7));
    CHECK(set.choke_groups.size() == 7 * 32);
    CHECK(std::ranges::max(set.instruments[6].choke) == 7 * 32);
    LuaHost other(host_options());
    CHECK_THAT(bad_input([&] { other.evaluate_rig(set_of(8)); }), Contains("more than 255 choke groups together"));
}
