// SplitMix64 (G. L. Steele, D. Lea, C. H. Flood, 2014; constants of S. Vigna, 2015): neighbouring seeds become unrelated bits.
#pragma once

#include <cstdint>

namespace forerun {

// Advances the generator and returns its next number.
constexpr std::uint64_t split_mix(std::uint64_t& state) {
    std::uint64_t z = state += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

// A seed's first number.
constexpr std::uint64_t mixed_bits(std::uint64_t seed) { return split_mix(seed); }

}  // namespace forerun
