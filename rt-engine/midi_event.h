// A MIDI channel message as an event.
#pragma once

#include <cmath>
#include <cstdint>

#include "shared/event.h"

namespace forerun {

// Key and controller numbers as they are; velocities, pressures and controllers 0..1; a bend −1..1, 0 in the middle (8192).
// False for a status that is no channel message.
inline bool midi_event(std::uint8_t status, std::uint8_t data1, std::uint8_t data2, Event& event) {
    event.channel = status & 0x0f;
    event.number = data1;
    event.value = static_cast<float>(data2) / 127.0f;
    switch (status & 0xf0) {
    case 0x80: event.kind = EventKind::note_off; return true;
    case 0x90: event.kind = data2 == 0 ? EventKind::note_off : EventKind::note_on; return true;  // 0: usual release
    case 0xa0: event.kind = EventKind::key_pressure; return true;
    case 0xb0: event.kind = EventKind::controller; return true;
    case 0xc0:
        event.kind = EventKind::program;
        event.value = 0;
        return true;
    case 0xd0:
        event.kind = EventKind::channel_pressure;
        event.number = 0;
        event.value = static_cast<float>(data1) / 127.0f;
        return true;
    case 0xe0: {
        const int bits = data2 << 7 | data1;
        event.kind = EventKind::pitch_bend;
        event.number = 0;
        event.value = static_cast<float>(bits - 8192) / (bits < 8192 ? 8192.0f : 8191.0f);
        return true;
    }
    default: return false;
    }
}

}  // namespace forerun
