// MIDI channel messages to events, and events to messages.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "shared/messages/event.h"

namespace forerun {

// Key and controller numbers stay as they are; velocities, pressures and controllers become 0..1; a bend −1..1, with 0 at
// 8192. False if `status` is not a channel message.
inline bool midi_event(std::uint8_t status, std::uint8_t data1, std::uint8_t data2, Event& event) {
    event.channel = status & 0x0f;
    event.number = data1;
    event.value = static_cast<float>(data2) / 127.0f;
    switch (status & 0xf0) {
    case 0x80: event.kind = EventKind::note_off; return true;
    case 0x90:
        event.kind = data2 == 0 ? EventKind::note_off : EventKind::note_on;
        return true;  // default release velocity
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

// A controller's value, 0 to 1, in MIDI steps of 1/127. Programs may send values in between; a value within 1/1000 of a step
// is rounded to it.
inline double controller_steps(double value) {
    const double steps = value * 127, whole = std::round(steps);
    return std::abs(steps - whole) < 1e-3 ? whole : steps;
}

// A channel message of a file or a port.
struct ChannelMessage {
    std::uint8_t status = 0;  // 0x80..0xef
    std::uint8_t data1 = 0;
    std::uint8_t data2 = 0;  // 0 where the status has one data byte
};

// The channel message for an event; false if there is none (no channel message means that, or it concerns all channels).
// midi_event() of it gives the event again, except that all_notes_off and all_sound_off come back as controllers.
inline bool message_of(const Event& event, ChannelMessage& message) {
    if (event.channel > 15) return false;
    const auto seven_bits = [&] {
        return static_cast<std::uint8_t>(std::lround(std::min(1.0f, std::max(0.0f, event.value)) * 127.0f));
    };
    const auto number = static_cast<std::uint8_t>(event.number & 0x7f);
    const auto set = [&](int status, std::uint8_t data1, std::uint8_t data2) {
        message = {static_cast<std::uint8_t>(status | event.channel), data1, data2};
        return true;
    };
    switch (event.kind) {
    case EventKind::note_off: return set(0x80, number, seven_bits());
    case EventKind::note_on:
        // Velocity 0 would mean a note off, so the softest note gets 1.
        return event.value <= 0 ? set(0x80, number, 0) : set(0x90, number, std::max<std::uint8_t>(1, seven_bits()));
    case EventKind::key_pressure: return set(0xa0, number, seven_bits());
    case EventKind::controller: return set(0xb0, number, seven_bits());
    case EventKind::program: return set(0xc0, number, 0);
    case EventKind::channel_pressure: return set(0xd0, seven_bits(), 0);
    case EventKind::pitch_bend: {
        const float value = std::min(1.0f, std::max(-1.0f, event.value));
        const auto bits = 8192 + std::lround(value * (value < 0 ? 8192.0f : 8191.0f));
        return set(0xe0, static_cast<std::uint8_t>(bits & 0x7f), static_cast<std::uint8_t>(bits >> 7));
    }
    case EventKind::all_sound_off: return set(0xb0, 120, 0);
    case EventKind::all_notes_off: return set(0xb0, 123, 0);
    default: return false;  // no channel message says it; some are system exclusive, see midi_exclusive.h
    }
}

// Like midi_event() for messages to all channels: song position, clock, start, continue, stop, and song select, which chooses
// a rig. False for any other.
inline bool midi_system_event(std::uint8_t status, std::uint8_t data1, std::uint8_t data2, Event& event) {
    event.channel = 0;
    event.value = 0;
    event.kind = EventKind::transport;
    const auto transport = [&](Transport what) {
        event.number = static_cast<std::uint16_t>(what);
        return true;
    };
    switch (status) {
    case 0xf3:
        event.kind = EventKind::rig;
        event.number = data1;
        return true;
    case 0xf2: event.value = static_cast<float>(data2 << 7 | data1); return transport(Transport::position);
    case 0xfa: return transport(Transport::start);
    case 0xfb: return transport(Transport::go_on);
    case 0xfc: return transport(Transport::stop);
    case 0xf8:
        event.kind = EventKind::clock_tick;
        event.number = 0;
        return true;
    default: return false;
    }
}

}  // namespace forerun
