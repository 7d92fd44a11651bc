// Reports when LuaJIT's compiler is running: the start and the end of each trace.
#pragma once

#include <functional>

struct lua_State;

namespace forerun {

enum class CompilerEvent { begins, compiled, aborted };
using CompilerEvents = std::function<void(CompilerEvent)>;

// From now on `events` is called on the state's thread, inside script calls: it must not throw or call Lua, and must outlive the
// state. Does nothing in a LuaJIT without compiler. No effect on the stack.
void watch_compiler(lua_State* lua, const CompilerEvents& events);

}  // namespace forerun
