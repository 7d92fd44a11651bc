// Session logs of before messages had a type for each kind: read as if they were of today. Nothing is added here any more.
#pragma once

#include "rt-engine/session/session_log_record.h"

namespace forerun {

inline constexpr char log_first_line_2[] = "forerun session log 2\n";
static_assert(sizeof log_first_line_2 == sizeof log_first_line);

// What cannot be read becomes a message or command of no kind, which the checks refuse. [any thread]
LogRecord from_version_2(const LogRecord& record);

}  // namespace forerun
