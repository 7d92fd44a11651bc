// The log of an engine's session, as it begins: how the session is made, on what machine, and the texts of its scripts.
#pragma once

#include <filesystem>
#include <memory>

#include "rt-engine/loaded_rig.h"
#include "rt-engine/session/session_log.h"
#include "shared/configuration.h"
#include "shared/script_runtime.h"

namespace forerun {

// source: of the rig that was loaded. Throws BadInput when the file cannot be made.
std::unique_ptr<SessionLog> begin_log(const std::filesystem::path& file, const Configuration& configuration,
                                      const RigSource& source, const ScriptRuntime& scripts);

}  // namespace forerun
