// One MIDI port, on the driver's thread: turns bytes into events that carry their arrival time.
//
// The conductor decides what a message means; MidiInputs notices that a port fell silent or was unplugged.
#pragma once

#include <atomic>
#include <cstdint>
#include <span>

#include "rt-engine/forerun.h"
#include "rt-engine/midi/midi_bytes.h"

namespace forerun {

class MidiInput {
public:
    // Channels whose bit is not set are ignored.
    MidiInput(Producer producer, std::uint16_t channel_mask) : producer_(std::move(producer)), mask_(channel_mask) {}

    // [the driver's thread] `frame`: the engine frame at which the events take effect, where the driver knows frames; else
    // now_frame, and the conductor derives one from the arrival time. Never allocates or blocks.
    void take(std::span<const std::uint8_t> bytes, std::int64_t arrival_nanoseconds,
              std::int64_t frame = now_frame) noexcept;

    // [any thread]
    std::uint64_t messages() const { return messages_.load(std::memory_order_relaxed); }  // complete ones, of any kind
    std::uint64_t events() const { return events_.load(std::memory_order_relaxed); }      // sent to the conductor
    std::uint64_t refused() const { return refused_.load(std::memory_order_relaxed); }    // because its queue was full
    std::uint64_t dropped() const { return dropped_.load(std::memory_order_relaxed); }    // bytes outside any message
    // Channels that had a message, and may have keys or pedals to release.
    std::uint16_t used_channels() const { return used_channels_.load(std::memory_order_relaxed); }
    // Arrival of the last message from a port that sends active sensing; 0: the port does not send it.
    std::int64_t sensed_nanoseconds() const { return sensed_nanoseconds_.load(std::memory_order_relaxed); }
    // [MidiInputs] Stops watching for silence until the port sends active sensing again.
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
