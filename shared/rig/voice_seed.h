// The seed of a voice's random numbers, from the session's seed and the note's serial number.
#pragma once

#include <cstdint>

#include "shared/rig/split_mix.h"

namespace forerun {

constexpr std::uint64_t voice_seed(std::uint64_t session_seed, std::uint64_t serial) {
    return mixed_bits(session_seed ^ mixed_bits(serial));
}

}  // namespace forerun
