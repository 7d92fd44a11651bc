// Ctrl-C and termination ask the program to end in order: recordings closed, terminal restored, report printed.
#pragma once

namespace forerun {

// From now on SIGINT, SIGTERM and SIGHUP only set a flag. A second SIGINT or SIGTERM ends the program at once; SIGHUP comes
// more than once from one closed terminal.
void catch_stop_signals();

// From now on output that nobody reads any more (Ctrl-C ended the other end of a pipe, too) is an error of the write and does
// not end the program.
void outlive_readers();

bool stop_requested() noexcept;

}  // namespace forerun
