// `forerun check` of a voice: plays it to find out whether its state can be copied at any event, and what that costs.
#pragma once

#include "script-runtime/host/lua_host.h"
#include "shared/script_runtime.h"

namespace forerun {

// On a scratch host, which must not be used afterwards. Throws BadInput with file:line when the script fails.
VoiceCheck check_voice(LuaHost& host, const InstrumentDescription& description,
                       const ScriptRuntime::Waiting& waiting = {});

}  // namespace forerun
