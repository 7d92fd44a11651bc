// The part of a rig that says which controllers move which parameters.
//
//   { voice = "voices/bass", controllers = { [74] = "cutoff", [20] = { parameter = "drive", from = 1, to = 0, curve = 2 } },
//     nrpn = { [300] = "detune" } }
//   macros = { { name = "brighter", controller = 16, moves = { { instrument = "bass", parameter = "cutoff" } } } }
#pragma once

#include "script-runtime/lua_table_reader.h"
#include "shared/rig.h"

namespace forerun {

// Where the instrument's list has it; a name that is not there is the table's mistake. All throw BadInput.
std::uint16_t parameter_of(const LuaTableReader& table, const InstrumentDescription& instrument,
                           const std::string& name);

void read_controllers(const LuaTableReader& table, std::uint16_t index, const InstrumentDescription& instrument,
                      Rig& rig);
// When all instruments are known.
void read_macros(const LuaTableReader& table, Rig& rig);

}  // namespace forerun
