// The seed of a voice's own random numbers (the generator is in lua/sandbox_numbers.lua).
#pragma once

#include "script-runtime/lua_host.h"

namespace forerun {

// SplitMix64 (Steele, Lea, Flood), public domain.
inline std::uint64_t split_mix(std::uint64_t& state) {
    std::uint64_t z = state += 0x9e3779b97f4a7c15ull;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ull;
    z = (z ^ z >> 27) * 0x94d049bb133111ebull;
    return z ^ z >> 31;
}

inline void seed_generator(VoiceMemory& memory, std::uint64_t seed) {
    for (int i = 0; i < 4; i += 2) {
        const auto bits = split_mix(seed);
        memory.rng_state[i] = static_cast<std::uint32_t>(bits);
        memory.rng_state[i + 1] = static_cast<std::uint32_t>(bits >> 32);
    }
    memory.rng_state[3] |= 1;  // a generator whose state is all zero stays there
}

}  // namespace forerun
