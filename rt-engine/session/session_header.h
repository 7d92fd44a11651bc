// The header of a session log: configuration, rig, and the machine that recorded it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "shared/configuration.h"
#include "shared/script_runtime.h"

namespace forerun {

// What the bits of a session depend on besides its log.
struct MachineIdentity {
    std::string program;    // SHA-256 of the executable; empty where unknown
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
    // A log is a file from somewhere: every field is checked. Throws std::exception that names the field.
    static SessionHeader from_json(std::string_view text);
};

// New versions of scripts, as a log keeps them. Reading checks every field but for the rig's own (see session_log_checks.h);
// throws std::exception that names the one that is wrong.
std::string reload_bytes(const ScriptReload& reload);
ScriptReload reload_from_bytes(std::string_view bytes);

// A path as all of a log names it: JSON is UTF-8, so U+FFFD takes the place of bytes that are none.
std::string place_in_log(const std::filesystem::path& path);
// Where a replay may put a script: absolute, and not by way of "..".
bool is_script_place(const std::filesystem::path& path);

}  // namespace forerun
