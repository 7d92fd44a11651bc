// Faults that an experiment injects, in the notation of plans: "stall 100 ms every 1 s + garbage 8 MiB every 0.5 s".
#pragma once

#include <string>
#include <vector>

namespace forerun::measure {

enum class FaultKind {
    stall,          // each worker sleeps so many ms, as if it were not scheduled
    garbage,        // each worker creates so many MiB of Lua tables, half of them kept alive until the next time
    cold_jit,       // compiled code is discarded (size: none)
    reload,         // the voice's script is reloaded (size: none)
    flood,          // so many controller events at once
    burst,          // so many notes at once, released 0.1 s later
    page_faults,    // each worker touches so many new pages
    hang,           // a note whose script never returns (size: none)
    priority_loss,  // the workers' priority becomes ordinary for so many ms
};

struct Fault {
    FaultKind kind = FaultKind::stall;
    double size = 0;  // in the kind's unit
    double period_seconds = 1;
    std::string text() const;
};

const char* name_of(FaultKind kind);

// Throws BadInput. "none": empty.
std::vector<Fault> faults_of(const std::string& text);
// Why the text is not valid; empty: it is.
std::string fault_error(const std::string& text);

}  // namespace forerun::measure
