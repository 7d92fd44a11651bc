#include "shared/rig/rig_limits.h"

#include "shared/bad_input.h"

namespace forerun {
namespace {

void check(std::size_t count, std::uint32_t room, const std::string& where, const char* what) {
    if (count > room)
        throw BadInput(where + ": has " + std::to_string(count) + " " + what + "; there is room for " +
                       std::to_string(room));
}

}  // namespace

void check_limits(const InstrumentDescription& voice, const RigLimits& limits, const std::string& where) {
    check(voice.parameters.size(), limits.voice_parameters, where, "parameters in one voice");
}

void check_limits(const Rig& rig, const RigLimits& limits, const std::string& where) {
    std::size_t parameters = 0;
    for (const auto& instrument : rig.instruments) {
        check_limits(instrument, limits, where);
        parameters += instrument.parameters.size();
    }
    check(rig.instruments.size(), limits.instruments, where, "instruments");
    check(rig.buses.size(), limits.buses, where, "buses");
    check(parameters, limits.parameters, where, "parameters in all instruments together");
}

}  // namespace forerun
