// Resolves names in a rig file: instruments, their parameters, values. All throw BadInput for the table.
#pragma once

#include "script-runtime/rig/lua_table_reader.h"
#include "shared/rig/rig.h"

namespace forerun {

std::uint16_t instrument_of(const LuaTableReader& table, const Rig& rig, const std::string& name);
std::uint16_t parameter_of(const LuaTableReader& table, const InstrumentDescription& instrument,
                           const std::string& name);
// The value at stack index `index`, checked against the parameter's range.
float parameter_value(const LuaTableReader& table, lua_State* lua, int index, const ParameterDescription& parameter);

}  // namespace forerun
