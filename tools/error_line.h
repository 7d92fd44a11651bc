// What the program says on standard error: one line each, whatever a file name, a script or a library put into it.
#pragma once

#include <cstdint>
#include <cstdio>
#include <span>
#include <string>

#include "rt-engine/printable_utf8.h"

namespace forerun {

// Line ends, escape sequences and bytes that are no UTF-8 become '?'.
inline std::string printable(const std::string& text) {
    return printable_utf8({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

inline void print_error(const std::string& text) { std::fprintf(stderr, "forerun: %s\n", printable(text).c_str()); }

}  // namespace forerun
