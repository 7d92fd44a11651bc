// Size limits of a rig. Checked in one place, so that a rig that `check` accepts can be played.
#pragma once

#include <cstdint>
#include <string>

#include "shared/configuration.h"
#include "shared/rig/rig.h"

namespace forerun {

struct RigLimits {
    std::uint32_t instruments = 0;
    std::uint32_t buses = 0;
    std::uint32_t parameters = 0;  // of all instruments together
    std::uint32_t voice_parameters = 0;

    static RigLimits of(const Configuration& c) { return {c.instruments, c.buses, c.parameters, c.voice_parameters}; }
};

// Throws BadInput, prefixed by `where`, when the rig exceeds a limit. [any thread but audio]
void check_limits(const Rig& rig, const RigLimits& limits, const std::string& where);
void check_limits(const InstrumentDescription& voice, const RigLimits& limits, const std::string& where);

}  // namespace forerun
