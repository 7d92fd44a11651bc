// The presets of a rig: parameter values that a key, a name or a program change sets together.
//
//   presets = { { name = "warm", program = 4, values = { bass = { cutoff = 400, drive = 2 }, lead = { cutoff = 900 } } } }
//
// By default program 0 recalls the first, program 1 the second, and so on.
#pragma once

#include "script-runtime/rig/lua_table_reader.h"
#include "shared/rig/rig.h"

namespace forerun {

// After all instruments. Throws BadInput.
void read_presets(const LuaTableReader& table, lua_State* lua, Rig& rig);

}  // namespace forerun
