// Warnings about scripts' mistakes that do not stop the voice, each printed once.
#pragma once

#include <string>

namespace forerun {

// Prints "file:line: text" to standard error, once per process, whichever worker or check reports it. [any thread but audio]
void warn_of_script(const std::string& line);

}  // namespace forerun
