// The part of a rig that maps controllers to parameters.
//
//   { voice = "voices/bass", controllers = { [74] = "cutoff", [20] = { parameter = "drive", from = 1, to = 0, curve = 2 } },
//     nrpn = { [300] = "detune" } }
//   macros = { { name = "brighter", controller = 16, moves = { { instrument = "bass", parameter = "cutoff" } } } }
#pragma once

#include "script-runtime/rig/lua_table_reader.h"
#include "shared/rig/rig.h"

namespace forerun {

// Both throw BadInput.
void read_controllers(const LuaTableReader& table, std::uint16_t index, const InstrumentDescription& instrument,
                      Rig& rig);
// After all instruments.
void read_macros(const LuaTableReader& table, Rig& rig);

}  // namespace forerun
