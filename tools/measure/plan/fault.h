// Faults that an experiment injects, as people write them: "stall 100 ms every 1 s + garbage 8 MiB every 0.5 s".
#pragma once

#include <string>
#include <vector>

namespace forerun::measure {

enum class FaultKind {
    stall,          // each worker sleeps so many ms, as if the system had not run it
    garbage,        // so many MiB of Lua tables are made in each worker's state, half of them kept alive until the next
    cold_jit,       // compiled code is thrown away (size: none)
    reload,         // the voice's script is saved again (size: none)
    flood,          // so many controller events at once
    burst,          // so many notes at once, let go 0.1 s later
    page_faults,    // each worker touches so many fresh pages
    hang,           // a note whose script never returns (size: none)
    priority_loss,  // the workers' priority becomes ordinary for so many ms
};

struct Fault {
    FaultKind kind = FaultKind::stall;
    double size = 0;  // in the kind's unit
    double period_seconds = 1;
    std::string text() const;
};

const char* word_of(FaultKind kind);

// Throws BadInput. "none": none.
std::vector<Fault> faults_of(const std::string& text);
// The same as a reason; empty: all well.
std::string why_no_faults(const std::string& text);

}  // namespace forerun::measure
