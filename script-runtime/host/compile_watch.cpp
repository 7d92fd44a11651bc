#include "script-runtime/host/compile_watch.h"

#include <cstring>
#include <lua.hpp>

namespace forerun {
namespace {

// The first argument from jit.attach is the event: "start", "stop", "abort" or "flush".
int on_trace_event(lua_State* lua) {
    const auto& events = *static_cast<const CompilerEvents*>(lua_touserdata(lua, lua_upvalueindex(1)));
    const char* what = lua_tostring(lua, 1);
    if (!what) return 0;
    if (std::strcmp(what, "start") == 0) events(CompilerEvent::begins);
    if (std::strcmp(what, "stop") == 0) events(CompilerEvent::compiled);
    if (std::strcmp(what, "abort") == 0) events(CompilerEvent::aborted);
    return 0;
}

}  // namespace

void watch_compiler(lua_State* lua, const CompilerEvents& events) {
    const int top = lua_gettop(lua);
    lua_getglobal(lua, "jit");
    if (lua_istable(lua, -1)) {
        lua_getfield(lua, -1, "attach");
        lua_pushlightuserdata(lua, const_cast<CompilerEvents*>(&events));
        lua_pushcclosure(lua, on_trace_event, 1);
        lua_pushliteral(lua, "trace");
        lua_pcall(lua, 2, 0, 0);
    }
    lua_settop(lua, top);
}

}  // namespace forerun
