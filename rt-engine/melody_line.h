// What an instrument that plays one note at a time remembers of a channel: which keys are down, and where the pitch is.
//
// Keys are kept in the order in which they were pressed: when the newest is let go, the one before it sounds again.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "shared/gliding_pitch.h"

namespace forerun {

// [conductor]
struct MelodyLine {
    std::vector<std::uint8_t> keys;
    std::uint64_t serial = 0;  // of the newest note; 0: none yet
    std::uint32_t slot = 0;    // where it is, as long as the slot has that serial
    GlidingPitch pitch;        // of that note; in engine frames

    void press(std::uint8_t key) {
        std::erase(keys, key);
        keys.push_back(key);
    }
    // Whether it was down.
    bool let_go(std::uint8_t key) { return std::erase(keys, key) != 0; }
};

}  // namespace forerun
