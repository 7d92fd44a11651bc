// ctest: timeout=120
// The dsp library, the bundled voices and the editor's annotations: the checks in tests/lua/, each in a Lua state of its own.
#include <lua.hpp>
#include <string>

#include "tests/scenes/catch.h"

TEST_CASE("the checks of the dsp library pass") {
    const std::string part =
        GENERATE("elementary", "oscillators", "filters", "envelopes", "memory", "voices", "annotations");
    lua_State* lua = luaL_newstate();
    luaL_openlibs(lua);
    // check_dsp.lua prints and exits; here both come back as values.
    REQUIRE(luaL_loadstring(lua, R"(
        local source, part = ...
        local lines, code = {}, nil
        arg = { [0] = source .. "/tests/lua/check_dsp.lua", part }
        print = function(line) lines[#lines + 1] = line end
        os.exit = function(status) code = status end
        dofile(arg[0])
        return code, table.concat(lines, "\n")
    )") == 0);
    lua_pushstring(lua, FORERUN_SOURCE_DIR);
    lua_pushstring(lua, part.c_str());
    const int status = lua_pcall(lua, 2, 2, 0);
    const std::string summary = lua_tostring(lua, -1);
    INFO(part << "\n" << summary);
    REQUIRE(status == 0);
    CHECK(lua_tointeger(lua, -2) == 0);
    CHECK(summary.find(" passed, 0 failed") != std::string::npos);
    CHECK_FALSE(summary.starts_with("0 passed"));
    lua_close(lua);
}
