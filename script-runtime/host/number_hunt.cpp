#include "script-runtime/host/number_hunt.h"

#include <fmt/format.h>

#include <cmath>
#include <lua.hpp>

#include "script-runtime/sandbox/lua_state.h"

namespace forerun {
namespace {

thread_local NumberHunt* hunting = nullptr;

}  // namespace

NumberHunt::NumberHunt(LuaState& state) : state_(state) {
    hunting = this;
    auto* lua = state_.get();
    luaJIT_setmode(lua, 0, LUAJIT_MODE_ENGINE | LUAJIT_MODE_FLUSH);
    luaJIT_setmode(lua, 0, LUAJIT_MODE_ENGINE | LUAJIT_MODE_OFF);
    lua_sethook(lua, &NumberHunt::on_line, LUA_MASKLINE, 0);
}

NumberHunt::~NumberHunt() {
    lua_sethook(state_.get(), nullptr, 0, 0);
    if (state_.has_compiler()) luaJIT_setmode(state_.get(), 0, LUAJIT_MODE_ENGINE | LUAJIT_MODE_ON);
    hunting = nullptr;
}

void NumberHunt::on_line(lua_State* lua, lua_Debug* place) {
    auto& hunt = *hunting;
    if (!hunt.found_.empty()) return;
    lua_getinfo(lua, "S", place);
    if (place->source[0] != '@') return;
    auto here = fmt::format("{}:{}", place->source + 1, place->currentline);
    for (int i = 1; const char* name = lua_getlocal(lua, place, i); ++i) {
        const bool bad = lua_type(lua, -1) == LUA_TNUMBER && !std::isfinite(lua_tonumber(lua, -1));
        lua_pop(lua, 1);
        if (!bad || name[0] == '(') continue;
        // A line is run after it was announced: the one before it has done it. An argument came with the call.
        hunt.found_ = hunt.last_function_ == place->linedefined ? hunt.last_ : here;
        hunt.variable_ = fmt::format("'{}'", name);
        return;
    }
    hunt.last_ = std::move(here);
    hunt.last_function_ = place->linedefined;
}

}  // namespace forerun
