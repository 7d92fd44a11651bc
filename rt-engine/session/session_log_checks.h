// Checks that an engine could have written the records of a log: every field of every kind.
//
// Checksums show that a file is intact, not who made it. Records that pass can be replayed without further checks: indices
// are within what the header promises, frames are close enough that arithmetic does not overflow, and the session is no longer
// than a log of this size can describe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "rt-engine/session/session_log_record.h"
#include "shared/configuration.h"
#include "shared/rig/rig.h"
#include "shared/script_runtime.h"

namespace forerun {

struct LogFault {
    std::size_t record = 0;  // its index
    std::string what;
};

// The first record that is wrong. O(n log n). [any thread]
std::optional<LogFault> fault_of(const std::vector<LogRecord>& records, const Configuration& configuration);

// With the rig that the log's scripts have given: what its records and new versions point to. Empty: nothing is wrong.
std::string fault_of(const std::vector<LogRecord>& records, const std::vector<ScriptReload>& reloads, const Rig& rig);

}  // namespace forerun
