// Ctrl-C and termination ask the program to end in order: recordings closed, terminal restored, report printed.
#pragma once

namespace forerun {

// From now on SIGINT, SIGTERM and SIGHUP only set a flag. A second one ends the program at once.
void catch_stop_signals();

bool stop_requested() noexcept;

}  // namespace forerun
