// A session log as text, one line per record: for people, grep and spreadsheets.
#pragma once

#include <string>

#include "rt-engine/session/session_log_record.h"

namespace forerun {

// Without a line feed.
std::string text_of(const LogRecord& record);

}  // namespace forerun
