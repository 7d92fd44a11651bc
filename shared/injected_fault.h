// Faults that are put into workers on purpose, for tests and measurements: what is found must be what was put in.
#pragma once

#include <cstddef>
#include <cstdint>

namespace forerun {

enum class WorkerFault : std::uint8_t {
    stall,          // it sleeps, as if the system had not run it; size: seconds of the machine's time
    garbage,        // its scripts make tables, half of which live until the next time; size: bytes
    cold_jit,       // compiled code is thrown away; size: not used
    page_faults,    // it touches fresh memory; size: pages
    priority_loss,  // it goes on without real-time priority; size: seconds of the engine's clock
    count
};

struct InjectedFault {
    double size = 0;
    double period_seconds = 0;  // of the engine's clock, at each multiple; 0: never
};

}  // namespace forerun
