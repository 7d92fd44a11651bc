// The bundled rigs as plain tables: every voice they name is there, and the general rig leaves no program without one.
#include <catch2/catch.hpp>
#include <lua.hpp>

#include <filesystem>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace fs = std::filesystem;

namespace {

const fs::path kRoot = FORERUN_SOURCE_DIR;

struct Closer {
    void operator()(lua_State* lua) const { lua_close(lua); }
};

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
    const std::unique_ptr<lua_State, Closer> lua(luaL_newstate());
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

TEST_CASE("bundled rigs name voices that are there") {
    for (const char* rig : {"scripts/rigs/general.lua", "examples/mountain-king.lua"}) {
        for (const Rule& rule : rules_of(kRoot / rig)) {
            CAPTURE(rig, rule.voice);
            CHECK(fs::exists(kRoot / "scripts" / (rule.voice + ".lua")));
        }
    }
}

TEST_CASE("the general rig plays every program of every channel with one instrument") {
    std::map<std::pair<int, int>, int> takers;
    for (const Rule& rule : rules_of(kRoot / "scripts/rigs/general.lua")) {
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
