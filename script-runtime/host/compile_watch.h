// Tells when LuaJIT's compiler is at work: from the event that starts a trace to the one that ends it.
#pragma once

#include <functional>

struct lua_State;

namespace forerun {

enum class CompilerEvent { begins, compiled, aborted };
using CompilerEvents = std::function<void(CompilerEvent)>;

// From now on `told` is called on the state's thread, inside script calls: it must not throw, nor call Lua. `told` outlives
// the state. Nothing happens in a LuaJIT without compiler. The stack stays as it is.
void watch_compiler(lua_State* lua, const CompilerEvents& told);

}  // namespace forerun
