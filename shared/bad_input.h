// Thrown when something from outside (a file, a script, an option, a device) cannot be used.
//
// what() is one line: what is wrong, where (file:line, byte offset, option), and what to do about it. Names and texts that it
// quotes are safe for a terminal (see shared/text/printable.h). Programs print it after their name and exit with 2. Never
// thrown on the audio thread.
#pragma once

#include <stdexcept>
#include <string_view>

#include "shared/text/printable.h"

namespace forerun {

struct BadInput : std::runtime_error {
    explicit BadInput(std::string_view what) : std::runtime_error(printable(what)) {}
};

}  // namespace forerun
