// Reads the declarations of a voice script from the table it returns.
#pragma once

#include <filesystem>

#include "shared/rig/rig.h"

struct lua_State;

namespace forerun {

// Reads the table at the top of the stack. `shown` is the script's name in messages. Throws BadInput.
InstrumentDescription read_voice_description(lua_State* lua, const std::filesystem::path& script,
                                             const std::string& shown);

}  // namespace forerun
