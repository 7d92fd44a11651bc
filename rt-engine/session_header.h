// What a session log says before its first record: how the session was made, and on what.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "shared/configuration.h"
#include "shared/script_runtime.h"

namespace forerun {

// What the bits of a session depend on besides its log.
struct MachineIdentity {
    std::string program;    // SHA-256 of the executable; empty where the system does not tell
    std::string c_library;  // a script's own math.sin is its
    std::string cpu;        // vendor, family and model
    std::string lua;        // LuaJIT's version and build
    bool operator==(const MachineIdentity&) const = default;
};
MachineIdentity machine_identity(const std::string& lua);

struct SessionHeader {
    std::string version;           // of Forerun
    std::string began_at;          // UTC, ISO 8601
    std::filesystem::path source;  // the rig or voice
    bool source_is_rig = true;
    Configuration configuration;
    MachineIdentity machine;

    std::string json() const;
    // Throws std::exception when the text is no header.
    static SessionHeader from_json(const std::string& text);
};

// New versions of scripts, as a log keeps them. Reading throws std::exception when they are of another kind.
std::string reload_bytes(const ScriptReload& reload);
ScriptReload reload_from_bytes(const std::string& bytes);

}  // namespace forerun
