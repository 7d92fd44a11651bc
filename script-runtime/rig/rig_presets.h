// The presets of a rig: values of parameters that are set together, by a key, a name or a program change.
//
//   presets = { { name = "warm", program = 4, values = { bass = { cutoff = 400, drive = 2 }, lead = { cutoff = 900 } } } }
//
// The first is recalled by program 0, the second by 1, where they do not say otherwise.
#pragma once

#include "script-runtime/rig/lua_table_reader.h"
#include "shared/rig/rig.h"

namespace forerun {

// When all instruments are known. Throws BadInput.
void read_presets(const LuaTableReader& table, lua_State* lua, Rig& rig);

}  // namespace forerun
