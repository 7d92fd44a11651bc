// Reads a session log.
//
// A truncated log (a process killed, a disk full) is read up to the last whole chunk. A damaged one is refused with the byte
// offset of the damage. One whose checksums are right but whose content no engine has written is refused, too
// (session_log_checks.h), so what was read can be replayed.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "rt-engine/session/session_header.h"
#include "rt-engine/session/session_log_record.h"
#include "shared/script_runtime.h"

namespace forerun {

struct SessionLogFile {
    SessionHeader header;
    std::vector<ScriptText> texts;
    std::vector<ScriptReload> reloads;
    std::vector<LogRecord> records;
    std::optional<std::uint64_t>
        cut_at_byte;     // where the last whole chunk ends, if something follows or the end is missing
    bool ended = false;  // the session was ended, not the log

    // Throw BadInput. [any thread]
    static SessionLogFile read(const std::filesystem::path& file);
    static SessionLogFile from_bytes(std::span<const std::byte> bytes, const std::string& place);
};

}  // namespace forerun
