// What every part throws when something from outside (a file, a script, an option, a device) cannot be used.
//
// what() is one line: what is wrong, where (file:line, byte offset, option), and what to do about it. Programs print it
// behind their name and exit with 2. Never thrown on the audio thread.
#pragma once

#include <stdexcept>

namespace forerun {

struct BadInput : std::runtime_error {
    using std::runtime_error::runtime_error;
};

}  // namespace forerun
