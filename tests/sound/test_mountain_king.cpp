// The example piece: it is what its program writes, and it is a whole piece that uses what a MIDI file can say.
#include <lua.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "rt-engine/midi/midi_file.h"
#include "tests/scenes/catch.h"
#include "tests/scenes/lua_closer.h"
#include "tools/report/file_text.h"

namespace fs = std::filesystem;

namespace {

const fs::path kSources = fs::path(FORERUN_SOURCE_DIR) / "examples";

}  // namespace

TEST_CASE("the example equals its program's output") {
    const fs::path written = fs::temp_directory_path() / ("forerun-example-" + std::to_string(std::rand()) + ".mid");
    const std::unique_ptr<lua_State, LuaCloser> lua(luaL_newstate());
    luaL_openlibs(lua.get());
    lua_newtable(lua.get());
    lua_pushstring(lua.get(), written.c_str());
    lua_rawseti(lua.get(), -2, 1);
    lua_setglobal(lua.get(), "arg");
    const bool failed = luaL_dofile(lua.get(), (kSources / "make-mountain-king.lua").c_str());
    INFO((failed ? lua_tostring(lua.get(), -1) : ""));
    REQUIRE_FALSE(failed);

    const std::string fresh = forerun::text_of_file(written);
    fs::remove(written);
    CHECK(fresh.size() > 10000);
    CHECK((fresh == forerun::text_of_file(kSources / "mountain-king.mid")));
}

TEST_CASE("the example is a whole piece") {
    const forerun::MidiFile file = forerun::read_midi_file(kSources / "mountain-king.mid");
    CHECK(file.title == "In the Hall of the Mountain King");
    CHECK(file.duration_seconds > 70);
    CHECK(file.duration_seconds < 100);
    CHECK(file.tempos.size() > 50);
    CHECK(file.tempos.back().quarters_per_minute > 2 * file.tempos.front().quarters_per_minute);

    std::map<int, std::set<int>> sounding;  // channel, keys
    std::map<int, int> notes, controllers, bends, programs;
    for (const forerun::MidiMessage& m : file.messages) {
        const int channel = (m.status & 0x0F) + 1;
        CAPTURE(channel, int{m.data1}, m.seconds);
        switch (m.status & 0xF0) {
        case 0x90:
            if (m.data2 > 0) {
                REQUIRE(sounding[channel].insert(m.data1).second);  // not struck again before it ended
                ++notes[channel];
            } else {
                REQUIRE(sounding[channel].erase(m.data1) == 1);
            }
            break;
        case 0xB0: ++controllers[m.data1]; break;
        case 0xC0: ++programs[channel]; break;
        case 0xE0: ++bends[channel]; break;
        default: FAIL("a message of another kind");
        }
    }
    for (const auto& [channel, keys] : sounding) {
        CAPTURE(channel);
        CHECK(keys.empty());
    }
    CHECK(notes.size() >= 5);
    CHECK(notes.count(10) == 1);
    CHECK(programs.size() == notes.size());
    for (const int number : {7, 10, 11, 64}) {
        CAPTURE(number);
        CHECK(controllers[number] > 1);
    }
    CHECK(bends[4] > 10);
}
