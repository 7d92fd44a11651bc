// A set: several rigs for one performance. All are loaded and warm; one at a time gets the notes, and voices of the previous one
// ring on.
//
//   return { name = "evening", rigs = { "ballad", "rigs/finale.lua" }, channel = 16 }
//
// A program change on `channel` selects the rig, as do song select messages and keys in the terminal.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "script-runtime/rig/lua_table_reader.h"
#include "shared/rig/rig.h"

namespace forerun {

// Reads a table with `rigs`; `name` is its default name, and `read_rig` reads one of its rigs. Throws BadInput.
Rig read_rig_set(const LuaTableReader& table, const std::string& name,
                 const std::function<Rig(const std::string& rig)>& read_rig);

// All rigs in one: their instruments, buses, mappings and presets in order. A rig's master gain is applied to its buses.
Rig merged(const std::vector<Rig>& rigs);

}  // namespace forerun
