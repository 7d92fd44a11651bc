// Prints on standard error: one line each, whatever a file name, a script or a library put into it.
#pragma once

#include <string>

#include "shared/text/printed_lines.h"

namespace forerun {

inline void print_error(const std::string& text) { PrintedLines::write("forerun: " + text); }

}  // namespace forerun
