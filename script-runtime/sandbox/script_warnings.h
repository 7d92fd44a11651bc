// Slips of scripts that are no failure: the voice plays on, and the author is told once.
#pragma once

#include <string>

namespace forerun {

// Shows "file:line: text" on standard error; a line that the process has shown before, whichever worker or check asks, is shown
// no more. [any thread but audio]
void warn_of_script(const std::string& line);

}  // namespace forerun
