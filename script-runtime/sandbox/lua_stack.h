// Restores the height of a Lua stack at the end of a scope, also when an exception passes.
#pragma once

#include <lua.hpp>

namespace forerun {

class StackKeeper {
public:
    // Has room for at least `slots` more values.
    explicit StackKeeper(lua_State* lua, int slots = 0) : lua_(lua), top_(lua_gettop(lua)) {
        if (slots > 0) luaL_checkstack(lua, slots, "table");
    }
    ~StackKeeper() { lua_settop(lua_, top_); }
    StackKeeper(const StackKeeper&) = delete;
    StackKeeper& operator=(const StackKeeper&) = delete;

private:
    lua_State* lua_;
    int top_;
};

}  // namespace forerun
