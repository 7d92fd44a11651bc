// A set: several rigs for one evening. All are loaded and warm; one at a time gets the notes, and the voices of the one before
// ring on.
//
//   return { name = "evening", rigs = { "ballad", "rigs/finale.lua" }, channel = 16 }
//
// A program change on `channel` chooses the rig, so does a song select, and keys in the terminal.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "script-runtime/rig/lua_table_reader.h"
#include "shared/rig/rig.h"

namespace forerun {

// The set that a table with `rigs` describes, called `name` where it does not say; `read_rig` reads one of them. Throws BadInput.
Rig read_rig_set(const LuaTableReader& table, const std::string& name,
                 const std::function<Rig(const std::string& rig)>& read_rig);

// All of them in one: instruments, buses, mappings and presets one after the other. A rig's master gain becomes its buses'.
Rig merged(const std::vector<Rig>& rigs);

}  // namespace forerun
