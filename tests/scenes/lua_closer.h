// Closes a Lua state of a test's own.
#pragma once

#include <lua.hpp>

struct LuaCloser {
    void operator()(lua_State* lua) const { lua_close(lua); }
};
