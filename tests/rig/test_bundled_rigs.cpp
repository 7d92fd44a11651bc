// The bundled rigs as plain tables: every voice exists, and the General MIDI rig has every program. The bundled voices as
// files: enough of them, short, each described in its first line.
#include <lua.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "tests/scenes/catch.h"
#include "tests/scenes/lua_closer.h"

namespace fs = std::filesystem;

namespace {

const fs::path kRoot = FORERUN_SOURCE_DIR;

// Flattened by Lua itself: one line per instrument and channel, "voice channel first last".
constexpr const char* kFlatten = R"(
    local rig, lines, buses = dofile(arg), {}, {}
    for _, bus in ipairs(rig.buses) do buses[bus.name] = true end
    for _, i in ipairs(rig.instruments) do
        assert(buses[i.bus], i.name .. " goes to a bus that is not there")
        assert(i.polyphony >= 1 and i.priority >= 0 and i.priority <= 100, i.name)
        assert(i.steal == "oldest" or i.steal == "quietest" or i.steal == "same" or i.steal == "none", i.name)
        local channels = type(i.channel) == "table" and i.channel or { i.channel }
        local programs = i.programs or { 0, 127 }
        for _, channel in ipairs(channels) do
            lines[#lines + 1] = table.concat({ i.voice, channel, programs[1], programs[2] }, " ")
        end
    end
    return table.concat(lines, "\n"))";

struct Rule {
    std::string voice;
    int channel = 0, first_program = 0, last_program = 0;
};

std::vector<Rule> rules_of(const fs::path& rig) {
    const std::unique_ptr<lua_State, LuaCloser> lua(luaL_newstate());
    luaL_openlibs(lua.get());
    lua_pushstring(lua.get(), rig.c_str());
    lua_setglobal(lua.get(), "arg");
    const bool failed = luaL_dostring(lua.get(), kFlatten);
    const std::string text = lua_tostring(lua.get(), -1);
    INFO(text);
    REQUIRE_FALSE(failed);
    std::vector<Rule> rules;
    std::istringstream lines(text);
    for (Rule r; lines >> r.voice >> r.channel >> r.first_program >> r.last_program;) rules.push_back(r);
    return rules;
}

}  // namespace

TEST_CASE("bundled rigs name existing voices") {
    for (const char* rig : {"scripts/rigs/gm.lua", "examples/mountain-king.lua"}) {
        for (const Rule& rule : rules_of(kRoot / rig)) {
            CAPTURE(rig, rule.voice);
            CHECK(fs::exists(kRoot / "scripts" / (rule.voice + ".lua")));
        }
    }
}

TEST_CASE("the General MIDI rig plays every program of every channel with one instrument") {
    std::map<std::pair<int, int>, int> takers;
    for (const Rule& rule : rules_of(kRoot / "scripts/rigs/gm.lua")) {
        CHECK((rule.voice == "voices/drums") == (rule.channel == 10));
        for (int program = rule.first_program; program <= rule.last_program; ++program)
            ++takers[{rule.channel, program}];
    }
    CHECK(takers.size() == 16 * 128);
    int wrong = 0;
    for (const auto& [what, count] : takers) {
        const auto [channel, program] = what;
        wrong += count != 1 || channel < 1 || channel > 16 || program < 0 || program > 127;
    }
    CHECK(wrong == 0);
}

TEST_CASE("the General MIDI rig uses the voices that it should") {
    // Program families of General MIDI, and one voice that has to be heard in each.
    const std::vector<std::pair<int, std::string>> heard = {
        {0, "piano"},    {12, "mallet"},  {16, "organ"},  {24, "guitar"},      {38, "bass"},    {40, "violin"},
        {48, "strings"}, {52, "choir"},   {56, "brass"},  {71, "reed"},        {73, "pipe"},    {81, "lead"},
        {89, "pad"},     {98, "shimmer"}, {104, "sitar"}, {116, "percussion"}, {122, "weather"}};
    const auto rules = rules_of(kRoot / "scripts/rigs/gm.lua");
    std::set<std::string> used;
    for (const Rule& rule : rules) used.insert(rule.voice);
    CHECK(used.size() >= 16);
    for (const auto& [program, voice] : heard) {
        CAPTURE(program, voice);
        int found = 0;
        for (const Rule& rule : rules)
            found += rule.channel == 1 && rule.voice == "voices/" + voice && rule.first_program <= program &&
                     program <= rule.last_program;
        CHECK(found == 1);
    }
}

TEST_CASE("the drums have a recipe of their own for every key of the General MIDI drum map") {
    // The script is run with a `dsp` that writes down what start() asks for.
    const std::unique_ptr<lua_State, LuaCloser> lua(luaL_newstate());
    luaL_openlibs(lua.get());
    lua_pushstring(lua.get(), (kRoot / "scripts/voices/drums.lua").c_str());
    lua_setglobal(lua.get(), "arg");
    const bool failed = luaL_dostring(lua.get(), R"(
        local asked
        local dsp = setmetatable({
            clamp = function(x, a, b) return math.min(math.max(x, a), b) end,
            exp2 = function(x) return 2 ^ x end, semitones = function(x) return 2 ^ (x / 12) end,
            pan = function(x, p) asked[#asked + 1] = p return x, x end,
        }, { __index = function(_, name)
            return function(...)
                for i = 1, select("#", ...) do asked[#asked + 1] = (select(i, ...)) end
                return {}
            end
        end })
        package.preload.dsp = function() return dsp end
        local function recipe(key)
            local voice, self = dofile(arg), { parameters = {} }
            asked = {}
            voice.start(self, { key = key, velocity = 0.8, frequency = 440 * 2 ^ ((key - 69) / 12) })
            for _, name in ipairs { "hz", "fall", "ratio", "filter_hz", "noise_level", "metal_hz" } do
                asked[#asked + 1] = assert(self[name], name)
            end
            return table.concat(asked, " ")
        end
        local seen = {}
        for key = 35, 81 do
            local text = recipe(key)
            assert(not seen[text], "key " .. key .. " sounds like " .. tostring(seen[text]))
            seen[text] = key
        end
        for _, key in ipairs { 0, 26, 88, 127 } do recipe(key) end)");
    INFO((failed ? lua_tostring(lua.get(), -1) : ""));
    CHECK_FALSE(failed);
}

TEST_CASE("bundled voices are many, short, and described") {
    int count = 0;
    for (const auto& entry : fs::directory_iterator(kRoot / "scripts/voices")) {
        CAPTURE(entry.path().filename().string());
        REQUIRE(entry.path().extension() == ".lua");
        ++count;
        std::ifstream in(entry.path());
        std::string line, first;
        int lines = 0;
        std::size_t longest = 0;
        for (; std::getline(in, line); ++lines) {
            if (lines == 0) first = line;
            longest = std::max(longest, line.size());
        }
        CHECK(lines < 60);
        CHECK(longest <= 120);
        CHECK(first.substr(0, 3) == "-- ");
    }
    CHECK(count >= 16);
}
