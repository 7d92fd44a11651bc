// How many random sessions a property is tried with.
#pragma once

#include <cstdint>
#include <cstdlib>

// FORERUN_SEEDS, or as many as the suite has time for.
inline std::uint32_t seeds_or(std::uint32_t usual) {
    const char* given = std::getenv("FORERUN_SEEDS");
    return given ? static_cast<std::uint32_t>(std::atoi(given)) : usual;
}
