#include "script-runtime/host/bad_number_finder.h"

#include <fmt/format.h>

#include <cmath>
#include <lua.hpp>

#include "script-runtime/sandbox/lua_state.h"

namespace forerun {
namespace {

thread_local BadNumberFinder* current = nullptr;

}  // namespace

BadNumberFinder::BadNumberFinder(LuaState& state) : state_(state) {
    current = this;
    auto* lua = state_.get();
    luaJIT_setmode(lua, 0, LUAJIT_MODE_ENGINE | LUAJIT_MODE_FLUSH);
    luaJIT_setmode(lua, 0, LUAJIT_MODE_ENGINE | LUAJIT_MODE_OFF);
    lua_sethook(lua, &BadNumberFinder::on_line, LUA_MASKLINE, 0);
}

BadNumberFinder::~BadNumberFinder() {
    lua_sethook(state_.get(), nullptr, 0, 0);
    if (state_.has_compiler()) luaJIT_setmode(state_.get(), 0, LUAJIT_MODE_ENGINE | LUAJIT_MODE_ON);
    current = nullptr;
}

void BadNumberFinder::on_line(lua_State* lua, lua_Debug* place) {
    auto& finder = *current;
    if (!finder.found_.empty()) return;
    lua_getinfo(lua, "S", place);
    if (place->source[0] != '@') return;
    auto here = fmt::format("{}:{}", place->source + 1, place->currentline);
    for (int i = 1; const char* name = lua_getlocal(lua, place, i); ++i) {
        const bool bad = lua_type(lua, -1) == LUA_TNUMBER && !std::isfinite(lua_tonumber(lua, -1));
        lua_pop(lua, 1);
        if (!bad || name[0] == '(') continue;
        // The hook is called before a line runs, so the previous line is the cause; an argument came with the call.
        finder.found_ = finder.last_function_ == place->linedefined ? finder.last_ : here;
        finder.variable_ = fmt::format("'{}'", name);
        return;
    }
    finder.last_ = std::move(here);
    finder.last_function_ = place->linedefined;
}

}  // namespace forerun
