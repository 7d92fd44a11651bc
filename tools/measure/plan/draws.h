// Random numbers that are the same on every machine and in every order of work.
//
// Each figure has a stream of its own, seeded by the experiment's seed and the figure's name: adding, removing or moving a figure
// changes no other. The C++ standard specifies std::mt19937_64 to the bit, but not its distributions, so the conversion from bits
// to numbers is made here.
#pragma once

#include <cstdint>
#include <random>
#include <string_view>

#include "shared/rig/split_mix.h"

namespace forerun::measure {

class Draws {
public:
    Draws(std::uint64_t seed, std::string_view figure) : random_(mixed_bits(seed ^ hash_of(figure))) {}

    // 0 to n - 1, all equally likely: draws from the incomplete last interval below 2^64 are repeated. n > 0.
    std::uint64_t below(std::uint64_t n) {
        const std::uint64_t all = std::mt19937_64::max();
        const std::uint64_t limit = all - all % n;
        for (;;)
            if (const auto bits = random_(); bits < limit) return bits % n;
    }
    // In [0, 1), on a grid of 2^-53.
    double fraction() { return static_cast<double>(random_() >> 11) * 0x1p-53; }

private:
    // FNV-1a (G. Fowler, L. C. Noll, K.-P. Vo), 64 bits.
    static constexpr std::uint64_t hash_of(std::string_view text) {
        std::uint64_t hash = 0xcbf29ce484222325u;
        for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
        return hash;
    }
    std::mt19937_64 random_;
};

}  // namespace forerun::measure
