// Where a voice's random numbers begin: made of the session's seed and the note's serial number.
#pragma once

#include <cstdint>

namespace forerun {

// splitmix64 (S. Vigna, 2015): neighbouring serials get unrelated seeds.
constexpr std::uint64_t mixed_bits(std::uint64_t x) {
    x += 0x9e3779b97f4a7c15ull;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ull;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebull;
    return x ^ (x >> 31);
}

constexpr std::uint64_t voice_seed(std::uint64_t session_seed, std::uint64_t serial) {
    return mixed_bits(session_seed ^ mixed_bits(serial));
}

}  // namespace forerun
