// What an exclusive message that Forerun does not support is about, for reports of what is ignored.
#pragma once

#include "rt-engine/midi/midi_exclusive.h"

namespace forerun {

// What an unsupported message would change, in a user's words; nullptr where it would not change the sound (clocks, displays,
// requests, instruments of other makers).
inline const char* midi_exclusive_subject(std::span<const std::uint8_t> body) {
    using namespace exclusive;
    if (begins(body, {0x7f, -1, 0x04, 0x02})) return "master balance";
    if (begins(body, {0x7f, -1, 0x04, 0x05})) return "General MIDI 2 effect";
    if (begins(body, {0x7f, -1, 0x09})) return "controller destination";
    if (begins(body, {0x7f, -1, 0x0a})) return "controller of a key's";
    if (begins(body, {0x7f, -1, 0x08}) || begins(body, {0x7e, -1, 0x08})) return "tuning standard (MTS)";
    if (begins(body, {0x41, -1, 0x42, 0x12}) && body.size() >= 8) {
        const int block = body[5], place = body[6];
        if (body[4] == 0x41) return "GS drum setup";
        if (body[4] != 0x40) return nullptr;
        if (block == 0x01)
            return place < 0x30 ? nullptr : place < 0x38 ? "GS reverb" : place < 0x50 ? "GS chorus" : "GS delay";
        if (block == 0x02) return "GS equalizer";
        if (block == 0x03) return "GS insertion effect";
        if ((block & 0xf0) == 0x10) return place >= 0x40 && place <= 0x4b ? "GS scale tuning" : "GS part";
        if ((block & 0xf0) == 0x20) return "GS controller";
        return block == 0x00 && place == 0x06 ? "GS master pan" : nullptr;
    }
    if (begins(body, {0x43, -1, 0x4c}) && body.size() >= 7) {
        if (body[3] == 0x02) return body[4] == 0x40 ? "XG equalizer" : "XG effect";
        if (body[3] == 0x03) return "XG insertion effect";
        if (body[3] == 0x08) return body[5] >= 0x41 && body[5] <= 0x4c ? "XG scale tuning" : "XG part";
        if ((body[3] & 0xf0) == 0x30) return "XG drum setup";
        return nullptr;
    }
    if (begins(body, {0x41, -1, 0x16, 0x12})) return "MT-32";
    return nullptr;
}

}  // namespace forerun
