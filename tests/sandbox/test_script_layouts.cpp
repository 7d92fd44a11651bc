// Memory shared by the host and its Lua code has one layout: every field is written here and read there, by name.
#include <cstring>
#include <fstream>
#include <lua.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "script-runtime/sandbox/embedded_lua.h"
#include "script-runtime/sandbox/sandbox.h"
#include "tests/scenes/catch.h"

using namespace forerun;

namespace {

struct Row {
    const char* field;
    double value;
};

// The part of a Lua file that declares types to its ffi.
std::string declarations_of(const std::string& file) {
    const std::string begin = "ffi.cdef [[";
    const auto at = file.find(begin);
    REQUIRE(at != file.npos);
    return file.substr(at + begin.size(), file.find("]]", at) - at - begin.size());
}

std::string text_of(const std::string& file) {
    std::stringstream text;
    text << std::ifstream(std::string(FORERUN_SOURCE_DIR) + "/" + file).rdbuf();
    return text.str();
}

// A Lua state with `declarations`, in which `memory` is seen as a `type`.
class View {
public:
    View(const std::string& declarations, const char* type, void* memory) : lua_(luaL_newstate()) {
        luaL_openlibs(lua_);
        lua_pushlstring(lua_, declarations.data(), declarations.size());
        lua_pushstring(lua_, type);
        lua_pushlightuserdata(lua_, memory);
        run(R"(
            local declarations, type, memory = ...
            ffi = require "ffi"
            ffi.cdef(declarations)
            it, bytes = ffi.cast(type .. " *", memory), ffi.sizeof(type)
            function number(value) return tonumber(value) or tonumber(ffi.cast("uintptr_t", value)) end
        )",
            3);
    }
    ~View() { lua_close(lua_); }
    View(const View&) = delete;
    View& operator=(const View&) = delete;

    double number(const std::string& expression) {
        run("return number(" + expression + ")", 0);
        const double value = lua_tonumber(lua_, -1);
        lua_pop(lua_, 1);
        return value;
    }

private:
    void run(const std::string& code, int arguments) {
        REQUIRE(luaL_loadstring(lua_, code.c_str()) == 0);
        lua_insert(lua_, -arguments - 1);
        const int status = lua_pcall(lua_, arguments, arguments == 0 ? 1 : 0, 0);
        INFO(code << ": " << (status == 0 ? "" : lua_tostring(lua_, -1)));
        REQUIRE(status == 0);
    }
    lua_State* lua_;
};

void compare(View& view, const std::vector<Row>& rows) {
    for (const auto& row : rows) {
        INFO(row.field);
        CHECK(view.number(std::string("it.") + row.field) == row.value);
    }
}

std::uint8_t some_bytes[64];

double address(const void* place) { return static_cast<double>(reinterpret_cast<std::uintptr_t>(place)); }

// Every field another number, and all bits of what lies between them set.
void fill(VoiceMemory& voice) {
    std::memset(static_cast<void*>(&voice), 0xff, sizeof voice);
    voice.arena = some_bytes;
    voice.arena_capacity_bytes = 1;
    voice.arena_used_bytes = 2;
    voice.quality = 3;
    for (int i = 0; i < 4; ++i) voice.rng_state[i] = static_cast<std::uint32_t>(4 + i);
    voice.sealed = 8;
    voice.frame = 9;
    voice.lines.memory = some_bytes + 1;
    voice.lines.capacity_bytes = 10;
    voice.lines.used_bytes = 11;
    voice.lines.count = 12;
    for (std::uint32_t i = 0; i < most_long_lines; ++i) voice.lines.line[i] = {100 + i, 200 + i, 300 + i};
    voice.warned = 13;
}

const std::vector<Row> shared_part = {
    {"voice.arena", address(some_bytes)},
    {"voice.arena_capacity_bytes", 1},
    {"voice.arena_used_bytes", 2},
    {"voice.quality", 3},
    {"voice.rng_state[0]", 4},
    {"voice.rng_state[3]", 7},
    {"voice.sealed", 8},
    {"voice.frame", 9},
};

}  // namespace

TEST_CASE("the dsp library and the host agree on the layouts of worker and voice") {
    VoiceMemory voice;
    fill(voice);
    World world;
    float left = 0, right = 0;
    world.voice = &voice;
    world.rate_hz = 44100.5;
    world.left = &left;
    world.right = &right;
    world.reach_frames = 20;
    world.clock = {99.5, 17.25, 21};
    world.out_first = 22;
    world.out_frames = 23;
    View view(declarations_of(text_of("scripts/dsp/kit.lua")), "fr_world", &world);
    CHECK(view.number("bytes") == sizeof(World));
    CHECK(view.number("ffi.sizeof('fr_voice')") == sizeof(VoiceMemory));
    compare(view, shared_part);
    compare(view, {{"voice.lines.memory", address(some_bytes + 1)},
                   {"voice.lines.capacity_bytes", 10},
                   {"voice.lines.used_bytes", 11},
                   {"voice.lines.count", 12},
                   {"voice.lines.line[0].first_byte", 100},
                   {"voice.lines.line[7].frames", 207},
                   {"voice.lines.line[7].held_frames", 307},
                   {"voice.warned", 13},
                   {"rate_hz", 44100.5},
                   {"left", address(&left)},
                   {"right", address(&right)},
                   {"reach_frames", 20},
                   {"clock.tempo", 99.5},
                   {"clock.beat", 17.25},
                   {"clock.is_playing", 21},
                   {"out_first", 22},
                   {"out_frames", 23}});
}

TEST_CASE("the sandbox and the host agree on the host's layout") {
    VoiceMemory voice;
    fill(voice);
    HostView host{.voice = &voice, .rendering = 24, .quiet = 25};
    View view(declarations_of(std::string(embedded_lua("sandbox"))), "fr_host", &host);
    compare(view, shared_part);
    compare(view, {{"rendering", 24}});
}
