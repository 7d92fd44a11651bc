// Ctrl-C and termination signals request an orderly end: recordings closed, terminal restored, report printed.
#pragma once

namespace forerun {

// From now on SIGINT, SIGTERM and SIGHUP only set a flag. A second SIGINT or SIGTERM ends the program at once; a second SIGHUP
// does not, since one closed terminal may send several.
void catch_stop_signals();

// From now on writing to a closed pipe is an error of the write and does not end the program (Ctrl-C also ends the program at
// the other end).
void ignore_broken_pipes();

bool stop_requested() noexcept;

}  // namespace forerun
