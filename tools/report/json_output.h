// JSON as text, for files and terminals: invalid UTF-8 in names becomes a replacement character instead of an exception, and
// control characters are escaped, which reads the same everywhere.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "shared/text/printable.h"

namespace forerun {

// `indent` below 0: on one line.
inline std::string json_text(const nlohmann::ordered_json& json, int indent = -1) {
    return printable_json(json.dump(indent, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
}

}  // namespace forerun
