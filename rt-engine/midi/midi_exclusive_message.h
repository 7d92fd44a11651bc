// Events to system exclusive messages, for recordings; the opposite of midi_exclusive.h.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>

#include "rt-engine/midi/midi_exclusive.h"
#include "shared/messages/event.h"

namespace forerun {

// F0 to F7.
struct ExclusiveMessage {
    std::array<std::uint8_t, 11> bytes{};
    std::size_t size = 0;
};
// Empty if no message means the event.
inline ExclusiveMessage exclusive_message_of(const Event& event) {
    const auto message_with = [](std::initializer_list<int> bytes) {
        ExclusiveMessage message;
        for (const int byte : bytes) message.bytes[message.size++] = static_cast<std::uint8_t>(byte);
        return message;
    };
    const auto control = [&](int which, int bits) {
        return message_with({0xf0, 0x7f, 0x7f, 4, which, bits & 127, bits >> 7, 0xf7});
    };
    const auto limited = [&](double value, int most) {
        return static_cast<int>(value < 0 ? 0 : value > most ? most : value + 0.5);
    };
    const auto part = [&](int place, int data) {
        const int c = event.channel % 16, block = 0x10 | (c == 9 ? 0 : c < 9 ? c + 1 : c);
        return message_with(
            {0xf0, 0x41, 0x10, 0x42, 0x12, 0x40, block, place, data, (256 - 0x40 - block - place - data) & 127, 0xf7});
    };
    switch (event.kind) {
    case EventKind::system_reset:
        if (event.number == 2) return message_with({0xf0, 0x41, 0x10, 0x42, 0x12, 0x40, 0x00, 0x7f, 0x00, 0x41, 0xf7});
        if (event.number == 3) return message_with({0xf0, 0x43, 0x10, 0x4c, 0x00, 0x00, 0x7e, 0x00, 0xf7});
        return message_with({0xf0, 0x7e, 0x7f, 9, event.number == 1 ? 3 : 1, 0xf7});
    case EventKind::master_volume:
        return control(1, event.value >= 1 ? 16383 : limited(event.value * 127 * 128, 16383));
    case EventKind::master_tuning:
        return event.number == exclusive::fine ? control(3, limited(event.value * 8192 + 8192, 16383))
                                               : control(4, limited(event.value + 64, 127) << 7);
    case EventKind::channel_tuning: return part(0x16, limited(event.value + 64, 127));
    case EventKind::drum_part: return part(0x15, event.value > 0 ? 1 : 0);
    default: return {};
    }
}

}  // namespace forerun
