#include "rt-engine/midi/midi_input.h"

#include "rt-engine/midi/midi_event.h"
#include "rt-engine/midi/midi_exclusive.h"

namespace forerun {
namespace {

constexpr std::uint8_t active_sensing = 0xfe;

// Whether an event that an exclusive message can cause concerns all channels.
constexpr bool is_for_all(EventKind kind) {
    return kind == EventKind::system_reset || kind == EventKind::master_volume || kind == EventKind::master_tuning;
}

// Only the driver's thread writes these.
template <typename T>
void store(std::atomic<T>& value, T now) {
    value.store(now, std::memory_order_relaxed);
}

}  // namespace

void MidiInput::take(std::span<const std::uint8_t> bytes, std::int64_t arrival_nanoseconds,
                     std::int64_t frame) noexcept {
    bytes_.take(
        bytes, [&](const MidiBytesMessage& message) { take(message, arrival_nanoseconds, frame); },
        [&](std::span<const std::uint8_t> exclusive) { take_exclusive(exclusive, arrival_nanoseconds, frame); });
    store(dropped_, bytes_.dropped());
}

void MidiInput::take(const MidiBytesMessage& message, std::int64_t arrival_nanoseconds, std::int64_t frame) noexcept {
    store(messages_, messages() + 1);
    if (message.status == active_sensing || sensed_nanoseconds() != 0) store(sensed_nanoseconds_, arrival_nanoseconds);
    Event event;
    if (midi_event(message.status, message.data1, message.data2, event)) {
        if ((mask_ >> event.channel & 1) == 0) return;
        store(used_channels_, static_cast<std::uint16_t>(used_channels() | 1u << event.channel));
    } else if (!midi_system_event(message.status, message.data1, message.data2, event)) {
        return;
    }
    send(event, arrival_nanoseconds, frame);
}

void MidiInput::take_exclusive(std::span<const std::uint8_t> body, std::int64_t arrival_nanoseconds,
                               std::int64_t frame) noexcept {
    store(messages_, messages() + 1);
    midi_exclusive_events(body, [&](const Event& event) {
        if (!is_for_all(event.kind)) {
            if ((mask_ >> event.channel & 1) == 0) return;
            store(used_channels_, static_cast<std::uint16_t>(used_channels() | 1u << event.channel));
        }
        send(event, arrival_nanoseconds, frame);
    });
}

void MidiInput::send(Event event, std::int64_t arrival_nanoseconds, std::int64_t frame) noexcept {
    event.frame = frame;
    if (producer_.try_send(event, arrival_nanoseconds))
        store(events_, events() + 1);
    else
        store(refused_, refused() + 1);
}

}  // namespace forerun
