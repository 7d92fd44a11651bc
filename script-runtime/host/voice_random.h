// The seed of a voice's own random numbers (the generator is in lua/sandbox_numbers.lua).
#pragma once

#include "script-runtime/host/voice_memory.h"
#include "shared/rig/split_mix.h"

namespace forerun {

inline void seed_generator(VoiceMemory& memory, std::uint64_t seed) {
    for (int i = 0; i < 4; i += 2) {
        const auto bits = split_mix(seed);
        memory.rng_state[i] = static_cast<std::uint32_t>(bits);
        memory.rng_state[i + 1] = static_cast<std::uint32_t>(bits >> 32);
    }
    memory.rng_state[3] |= 1;  // a generator whose state is all zero stays there
}

}  // namespace forerun
