// One MIDI port as a driver's thread hears it: bytes become events, with the time at which they came.
//
// Nothing else is done there. What a message means is decided by the conductor; that a port fell silent or went away is
// noticed by MidiInputs.
#pragma once

#include <atomic>
#include <cstdint>
#include <span>

#include "rt-engine/forerun.h"
#include "rt-engine/midi/midi_bytes.h"

namespace forerun {

class MidiInput {
public:
    // Channels whose bit is not set are not listened to.
    MidiInput(Producer producer, std::uint16_t channel_mask) : producer_(std::move(producer)), mask_(channel_mask) {}

    // [the driver's thread] `frame`: the engine frame at which it is to be heard, where the driver knows frames; else
    // now_frame, and the conductor finds one from the time. Allocates nothing, waits for nobody.
    void take(std::span<const std::uint8_t> bytes, std::int64_t arrival_nanoseconds,
              std::int64_t frame = now_frame) noexcept;

    // [any thread]
    std::uint64_t messages() const { return messages_.load(std::memory_order_relaxed); }  // whole ones, of any kind
    std::uint64_t events() const { return events_.load(std::memory_order_relaxed); }      // handed to the conductor
    std::uint64_t refused() const { return refused_.load(std::memory_order_relaxed); }    // its queue was full
    std::uint64_t dropped() const { return dropped_.load(std::memory_order_relaxed); }    // bytes that are no message
    // Channels on which there was a note, a controller, anything that may have to be let go.
    std::uint16_t used_channels() const { return used_channels_.load(std::memory_order_relaxed); }
    // Of the last message from a port that sends active sensing; 0: it does not.
    std::int64_t sensed_nanoseconds() const { return sensed_nanoseconds_.load(std::memory_order_relaxed); }
    // [MidiInputs] The port went silent: it is not listened for until it sends active sensing again.
    void forget_sensing() noexcept { sensed_nanoseconds_.store(0, std::memory_order_relaxed); }

private:
    void take(const MidiBytesMessage& message, std::int64_t arrival_nanoseconds, std::int64_t frame) noexcept;
    void take_exclusive(std::span<const std::uint8_t> body, std::int64_t arrival_nanoseconds,
                        std::int64_t frame) noexcept;
    void send(Event event, std::int64_t arrival_nanoseconds, std::int64_t frame) noexcept;

    Producer producer_;
    const std::uint16_t mask_;
    MidiBytes bytes_;
    std::atomic<std::uint64_t> messages_{0}, events_{0}, refused_{0}, dropped_{0};
    std::atomic<std::uint16_t> used_channels_{0};
    std::atomic<std::int64_t> sensed_nanoseconds_{0};
};

}  // namespace forerun
