// Reads session logs of version 2, from before messages were typed, into today's records. Nothing is added here any more.
#pragma once

#include "rt-engine/session/session_log_record.h"

namespace forerun {

inline constexpr char log_first_line_2[] = "forerun session log 2\n";
static_assert(sizeof log_first_line_2 == sizeof log_first_line);

// What cannot be read becomes a message or command of no kind, which the checks refuse. [any thread]
LogRecord from_version_2(const LogRecord& record);

}  // namespace forerun
