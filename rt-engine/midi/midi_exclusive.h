// System exclusive messages to events: resets, master volume and tuning, drum parts, and settings of a part that Roland's and
// Yamaha's instruments have beside the controllers for them.
//
// Sources: MIDI 1.0 universal system exclusive (device control: CA-018, CA-025; General MIDI: RP-003, RP-024); Roland GS (SC-55,
// SC-88 owner's manuals, parameter address map); Yamaha XG (MU80 owner's manual, MIDI data format). Allocates nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>

#include "shared/messages/event.h"

namespace forerun {

namespace exclusive {

using Bytes = std::span<const std::uint8_t>;

// −1 in `with` matches any byte.
inline bool begins(Bytes body, std::initializer_list<int> with) {
    if (body.size() < with.size()) return false;
    std::size_t i = 0;
    for (const int byte : with)
        if (const auto place = i++; byte >= 0 && body[place] != byte) return false;
    return true;
}

inline Event event_of(EventKind kind, int number, double value, int channel = 0) {
    return {.kind = kind,
            .channel = static_cast<std::uint8_t>(channel),
            .number = static_cast<std::uint16_t>(number),
            .value = static_cast<float>(value)};
}
inline Event controller(int channel, int number, int data) {
    return event_of(EventKind::controller, number, data / 127.0, channel);
}
inline constexpr int fine = 0, coarse = 1;  // Event::number of tunings

// 7F (real time), device, 04 (device control), which, low and high seven bits.
template <typename Sink>
bool device_control(Bytes body, Sink& sink) {
    if (body.size() != 6) return false;
    const int bits = body[5] << 7 | body[4];
    switch (body[3]) {
    case 1: sink(event_of(EventKind::master_volume, 0, bits >= 127 << 7 ? 1 : bits / (127.0 * 128))); return true;
    case 3: sink(event_of(EventKind::master_tuning, fine, (bits - 8192) / 8192.0)); return true;
    case 4: sink(event_of(EventKind::master_tuning, coarse, body[5] - 64)); return true;
    default: return false;
    }
}

// A tuning in semitones, from nibbles: 0.1 cents a unit, 0x400 is 0.
inline double semitones_of_nibbles(Bytes nibbles) {
    int bits = 0;
    for (const auto nibble : nibbles) bits = bits << 4 | (nibble & 0xf);
    return (bits - 0x400) / 1000.0;
}

// A parameter of a part that both GS and XG have.
enum class Part { bank, bank_fine, program, drums, shift, volume, pan };
template <typename Sink>
void send_part(Part parameter, int channel, int data, Sink& sink) {
    switch (parameter) {
    case Part::bank: return sink(controller(channel, 0, data));
    case Part::bank_fine: return sink(controller(channel, 32, data));
    case Part::program: return sink(event_of(EventKind::program, data, 0, channel));
    case Part::drums: return sink(event_of(EventKind::drum_part, 0, data > 0, channel));
    case Part::shift: return sink(event_of(EventKind::channel_tuning, coarse, data - 64, channel));
    case Part::volume: return sink(controller(channel, 7, data));
    case Part::pan:
        if (data > 0) sink(controller(channel, 10, data));  // 0: random
        return;
    }
}

// 41 (Roland), device, 42 (GS), 12 (data set), three bytes of address, data, and a checksum: the sum of all from the address on
// is a multiple of 128. Messages with a wrong checksum are ignored.
template <typename Sink>
bool gs(Bytes body, Sink& sink) {
    if (body.size() < 9) return false;
    int sum = 0;
    for (const auto byte : body.subspan(4)) sum += byte;
    if (sum % 128 != 0) return false;
    const auto data = body.subspan(7, body.size() - 8);
    const int group = body[4], block = body[5], place = body[6];
    if (group == 0x00 && block == 0x00 && place == 0x7f) return sink(event_of(EventKind::system_reset, 2, 0)), true;
    if (group != 0x40) return false;
    if (block == 0x00) {
        if (place == 0x7f) return sink(event_of(EventKind::system_reset, 2, 0)), true;
        if (place == 0x00 && data.size() == 4)
            return sink(event_of(EventKind::master_tuning, fine, semitones_of_nibbles(data))), true;
        if (place == 0x04) return sink(event_of(EventKind::master_volume, 0, data[0] / 127.0)), true;
        if (place == 0x05) return sink(event_of(EventKind::master_tuning, coarse, data[0] - 64)), true;
        return false;
    }
    if ((block & 0xf0) != 0x10) return false;
    const int part = block & 0xf, channel = part == 0 ? 9 : part < 10 ? part - 1 : part;
    switch (place) {
    case 0x00:  // tone: bank and program
        send_part(Part::bank, channel, data[0], sink);
        if (data.size() > 1) send_part(Part::program, channel, data[1], sink);
        return true;
    case 0x15: return send_part(Part::drums, channel, data[0], sink), true;
    case 0x16: return send_part(Part::shift, channel, data[0], sink), true;
    case 0x19: return send_part(Part::volume, channel, data[0], sink), true;
    case 0x1c: return send_part(Part::pan, channel, data[0], sink), true;
    default: return false;
    }
}

// 43 (Yamaha), 10 and a device, 4C (XG), three bytes of address, data for it and the addresses after it.
template <typename Sink>
bool xg(Bytes body, Sink& sink) {
    if (body.size() < 7) return false;
    const int group = body[3], block = body[4], place = body[5];
    const auto data = body.subspan(6);
    if (group == 0x00 && block == 0x00) {
        if (place == 0x7e || place == 0x7f) return sink(event_of(EventKind::system_reset, 3, 0)), true;
        if (place == 0x00 && data.size() == 4)
            return sink(event_of(EventKind::master_tuning, fine, semitones_of_nibbles(data))), true;
        if (place == 0x04) return sink(event_of(EventKind::master_volume, 0, data[0] / 127.0)), true;
        if (place == 0x06) return sink(event_of(EventKind::master_tuning, coarse, data[0] - 64)), true;
        return false;
    }
    if (group != 0x08 || block > 15) return false;
    bool known = false;
    for (std::size_t i = 0; i < data.size(); ++i) {
        const auto send = [&](Part parameter) {
            known = true;
            send_part(parameter, block, data[i], sink);
        };
        switch (place + static_cast<int>(i)) {
        case 0x01: send(Part::bank); break;
        case 0x02: send(Part::bank_fine); break;
        case 0x03: send(Part::program); break;
        case 0x07: send(Part::drums); break;
        case 0x08: send(Part::shift); break;
        case 0x0b: send(Part::volume); break;
        case 0x0e: send(Part::pan); break;
        default: break;
        }
    }
    return known;
}

}  // namespace exclusive

// Calls sink(event) for every event of a message, in order, without frames. `body`: the bytes between F0 and F7. False if the
// message is not supported.
template <typename Sink>
bool midi_exclusive_events(std::span<const std::uint8_t> body, Sink sink) {
    using namespace exclusive;
    if (begins(body, {0x7f, -1, 0x04})) return device_control(body, sink);
    if (body.size() == 4 && begins(body, {0x7e, -1, 0x09})) {
        const int which = body[3];  // GM on, GM off, GM2 on
        if (which < 1 || which > 3) return false;
        sink(event_of(EventKind::system_reset, which == 3 ? 1 : 0, 0));
        return true;
    }
    if (begins(body, {0x41, -1, 0x42, 0x12})) return gs(body, sink);
    if (begins(body, {0x43, -1, 0x4c}) && (body[1] & 0xf0) == 0x10) return xg(body, sink);
    return false;
}

}  // namespace forerun
