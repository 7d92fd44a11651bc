// What an instrument that plays one note at a time remembers of a channel: which keys are down, and where the pitch is.
//
// Keys are kept in the order in which they were pressed: when the newest is let go, the one before it sounds again.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "shared/rig/gliding_pitch.h"

namespace forerun {

// [conductor]
struct MelodyLine {
    struct Key {
        std::uint8_t number = 0;
        std::uint8_t channel = 0;  // of an MPE zone each has its own
        bool operator==(const Key&) const = default;
    };
    std::vector<Key> keys;
    std::uint64_t serial = 0;        // of the newest note; 0: none yet
    std::uint32_t slot = 0;          // where it is, as long as the slot has that serial
    GlidingPitch pitch;              // of that note; in engine frames
    std::int64_t pressed_frame = 0;  // of the newest key that was pressed

    void press(Key key, std::int64_t frame) {
        std::erase(keys, key);
        keys.push_back(key);
        pressed_frame = frame;
    }
    // Letting it go would bring another key back.
    bool is_newest_of_several(Key key) const { return keys.size() > 1 && keys.back() == key; }
    // Whether it was down.
    bool let_go(Key key) { return std::erase(keys, key) != 0; }
};

}  // namespace forerun
