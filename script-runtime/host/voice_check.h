// Plays a voice for its author: whether its state can be copied wherever an event may fall, and what that costs.
#pragma once

#include "script-runtime/host/lua_host.h"
#include "shared/script_runtime.h"

namespace forerun {

// On a scratch host, which is not good for anything else afterwards. Throws BadInput with file:line when the script fails.
VoiceCheck check_voice(LuaHost& host, const InstrumentDescription& description,
                       const ScriptRuntime::Waiting& waiting = {});

}  // namespace forerun
