// What system exclusive messages mean to Forerun: resets, master volume and tuning, parts that become drums, and what Roland's
// and Yamaha's instruments say of a part in their own way though a controller could.
//
// Sources: MIDI 1.0 universal system exclusive (device control: CA-018, CA-025; General MIDI: RP-003, RP-024); Roland GS (SC-55,
// SC-88 owner's manuals, parameter address map); Yamaha XG (MU80 owner's manual, MIDI data format). Pure; allocates nothing.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "shared/messages/event.h"

namespace forerun {

namespace exclusive {

using Bytes = std::span<const std::uint8_t>;

inline bool begins(Bytes body, std::initializer_list<int> with) {
    if (body.size() < with.size()) return false;
    std::size_t i = 0;
    for (const int byte : with)
        if (const auto place = i++; byte >= 0 && body[place] != byte) return false;
    return true;
}

inline Event about(EventKind kind, int number, double value, int channel = 0) {
    return {.kind = kind,
            .channel = static_cast<std::uint8_t>(channel),
            .number = static_cast<std::uint16_t>(number),
            .value = static_cast<float>(value)};
}
inline Event controller(int channel, int number, int data) {
    return about(EventKind::controller, number, data / 127.0, channel);
}
inline constexpr int fine = 0, coarse = 1;  // numbers of tunings

// 7F (real time), device, 04 (device control), which, low and high seven bits.
template <typename Sink>
bool device_control(Bytes body, Sink& sink) {
    if (body.size() != 6) return false;
    const int bits = body[5] << 7 | body[4];
    switch (body[3]) {
    case 1: sink(about(EventKind::master_volume, 0, bits >= 127 << 7 ? 1 : bits / (127.0 * 128))); return true;
    case 3: sink(about(EventKind::master_tuning, fine, (bits - 8192) / 8192.0)); return true;
    case 4: sink(about(EventKind::master_tuning, coarse, body[5] - 64)); return true;
    default: return false;
    }
}

// In nibbles: 0.1 cents, 0x400 in the middle.
inline double nibbled_keys(Bytes nibbles) {
    int bits = 0;
    for (const auto nibble : nibbles) bits = bits << 4 | (nibble & 0xf);
    return (bits - 0x400) / 1000.0;
}

// One parameter of a part, under the number that XG has for it.
enum class Part { bank, bank_fine, program, drums, shift, volume, pan };
template <typename Sink>
void part_says(Part what, int channel, int data, Sink& sink) {
    switch (what) {
    case Part::bank: return sink(controller(channel, 0, data));
    case Part::bank_fine: return sink(controller(channel, 32, data));
    case Part::program: return sink(about(EventKind::program, data, 0, channel));
    case Part::drums: return sink(about(EventKind::drum_part, 0, data > 0, channel));
    case Part::shift: return sink(about(EventKind::channel_tuning, coarse, data - 64, channel));
    case Part::volume: return sink(controller(channel, 7, data));
    case Part::pan:
        if (data > 0) sink(controller(channel, 10, data));  // 0: anywhere, by chance
        return;
    }
}

// 41 (Roland), device, 42 (GS), 12 (data set), three bytes of address, data, and a byte that makes the sum of all a multiple
// of 128: without it the message is none.
template <typename Sink>
bool gs(Bytes body, Sink& sink) {
    if (body.size() < 9) return false;
    int sum = 0;
    for (const auto byte : body.subspan(4)) sum += byte;
    if (sum % 128 != 0) return false;
    const auto data = body.subspan(7, body.size() - 8);
    const int group = body[4], block = body[5], place = body[6];
    if (group == 0x00 && block == 0x00 && place == 0x7f) return sink(about(EventKind::system_reset, 2, 0)), true;
    if (group != 0x40) return false;
    if (block == 0x00) {
        if (place == 0x7f) return sink(about(EventKind::system_reset, 2, 0)), true;
        if (place == 0x00 && data.size() == 4)
            return sink(about(EventKind::master_tuning, fine, nibbled_keys(data))), true;
        if (place == 0x04) return sink(about(EventKind::master_volume, 0, data[0] / 127.0)), true;
        if (place == 0x05) return sink(about(EventKind::master_tuning, coarse, data[0] - 64)), true;
        return false;
    }
    if ((block & 0xf0) != 0x10) return false;
    const int part = block & 0xf, channel = part == 0 ? 9 : part < 10 ? part - 1 : part;
    switch (place) {
    case 0x00:  // tone: bank and program
        part_says(Part::bank, channel, data[0], sink);
        if (data.size() > 1) part_says(Part::program, channel, data[1], sink);
        return true;
    case 0x15: return part_says(Part::drums, channel, data[0], sink), true;
    case 0x16: return part_says(Part::shift, channel, data[0], sink), true;
    case 0x19: return part_says(Part::volume, channel, data[0], sink), true;
    case 0x1c: return part_says(Part::pan, channel, data[0], sink), true;
    default: return false;
    }
}

// 43 (Yamaha), 10 and a device, 4C (XG), three bytes of address, data for it and those behind.
template <typename Sink>
bool xg(Bytes body, Sink& sink) {
    if (body.size() < 7) return false;
    const int group = body[3], block = body[4], place = body[5];
    const auto data = body.subspan(6);
    if (group == 0x00 && block == 0x00) {
        if (place == 0x7e || place == 0x7f) return sink(about(EventKind::system_reset, 3, 0)), true;
        if (place == 0x00 && data.size() == 4)
            return sink(about(EventKind::master_tuning, fine, nibbled_keys(data))), true;
        if (place == 0x04) return sink(about(EventKind::master_volume, 0, data[0] / 127.0)), true;
        if (place == 0x06) return sink(about(EventKind::master_tuning, coarse, data[0] - 64)), true;
        return false;
    }
    if (group != 0x08 || block > 15) return false;
    bool known = false;
    for (std::size_t i = 0; i < data.size(); ++i) {
        const auto says = [&](Part what) {
            known = true;
            part_says(what, block, data[i], sink);
        };
        switch (place + static_cast<int>(i)) {
        case 0x01: says(Part::bank); break;
        case 0x02: says(Part::bank_fine); break;
        case 0x03: says(Part::program); break;
        case 0x07: says(Part::drums); break;
        case 0x08: says(Part::shift); break;
        case 0x0b: says(Part::volume); break;
        case 0x0e: says(Part::pan); break;
        default: break;
        }
    }
    return known;
}

}  // namespace exclusive

// Calls sink(event) for what a message says, in order; its events have no frame. `body` is what stands between F0 and F7.
// False: it says nothing that is understood.
template <typename Sink>
bool midi_exclusive_events(std::span<const std::uint8_t> body, Sink sink) {
    using namespace exclusive;
    if (begins(body, {0x7f, -1, 0x04})) return device_control(body, sink);
    if (body.size() == 4 && begins(body, {0x7e, -1, 0x09})) {
        const int which = body[3];  // GM on, GM off, GM2 on
        if (which < 1 || which > 3) return false;
        sink(about(EventKind::system_reset, which == 3 ? 1 : 0, 0));
        return true;
    }
    if (begins(body, {0x41, -1, 0x42, 0x12})) return gs(body, sink);
    if (begins(body, {0x43, -1, 0x4c}) && (body[1] & 0xf0) == 0x10) return xg(body, sink);
    return false;
}

// What messages that are not understood would change in the sound, as a person would call it; nullptr where they would change
// nothing (clocks, displays, requests, other makers' instruments).
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

// The other way: the message, F0 to F7, that says what an event says; empty where there is none. For whoever writes down
// what was played.
struct ExclusiveMessage {
    std::array<std::uint8_t, 11> bytes{};
    std::size_t size = 0;
};
inline ExclusiveMessage exclusive_message_of(const Event& event) {
    const auto whole = [](std::initializer_list<int> bytes) {
        ExclusiveMessage message;
        for (const int byte : bytes) message.bytes[message.size++] = static_cast<std::uint8_t>(byte);
        return message;
    };
    const auto control = [&](int which, int bits) {
        return whole({0xf0, 0x7f, 0x7f, 4, which, bits & 127, bits >> 7, 0xf7});
    };
    const auto limited = [&](double value, int most) {
        return static_cast<int>(value < 0 ? 0 : value > most ? most : value + 0.5);
    };
    const auto part = [&](int place, int data) {
        const int c = event.channel % 16, block = 0x10 | (c == 9 ? 0 : c < 9 ? c + 1 : c);
        return whole(
            {0xf0, 0x41, 0x10, 0x42, 0x12, 0x40, block, place, data, (256 - 0x40 - block - place - data) & 127, 0xf7});
    };
    switch (event.kind) {
    case EventKind::system_reset:
        if (event.number == 2) return whole({0xf0, 0x41, 0x10, 0x42, 0x12, 0x40, 0x00, 0x7f, 0x00, 0x41, 0xf7});
        if (event.number == 3) return whole({0xf0, 0x43, 0x10, 0x4c, 0x00, 0x00, 0x7e, 0x00, 0xf7});
        return whole({0xf0, 0x7e, 0x7f, 9, event.number == 1 ? 3 : 1, 0xf7});
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
