#include "rt-engine/midi/midi_player.h"

#include <algorithm>
#include <array>
#include <bitset>

#include "rt-engine/midi/midi_event.h"
#include "rt-engine/midi/midi_exclusive.h"

namespace forerun {

namespace {

constexpr std::array<std::uint16_t, 2> pedal_controllers{64, 66};  // sustain, sostenuto
constexpr std::uint16_t all_sound_off = 120;
constexpr std::uint16_t reset_all_controllers = 121;
constexpr std::uint16_t all_notes_off = 123;  // 124 to 127 (omni, mono, poly) imply it

// Which keys and pedals are down on each channel.
class HeldKeys {
public:
    void update(const Event& event) {
        if (event.kind == EventKind::system_reset) channels_ = {};
        auto& channel = channels_[event.channel];
        if (event.kind == EventKind::note_on) channel.keys.set(event.number);
        if (event.kind == EventKind::note_off) channel.keys.reset(event.number);
        if (event.kind != EventKind::controller) return;
        for (std::size_t p = 0; p < pedal_controllers.size(); ++p)
            if (event.number == pedal_controllers[p]) channel.pedals[p] = event.value >= 0.5f;
        if (event.number == reset_all_controllers) channel.pedals.reset();
        if (event.number == all_sound_off || event.number >= all_notes_off) channel.keys.reset();
    }

    void release_all(std::int64_t frame, std::vector<Event>& events) const {
        for (std::uint8_t c = 0; c < channels_.size(); ++c) {
            for (std::uint16_t key = 0; key < 128; ++key)
                if (channels_[c].keys[key])
                    events.push_back({.frame = frame, .kind = EventKind::note_off, .channel = c, .number = key});
            for (std::size_t p = 0; p < pedal_controllers.size(); ++p)
                if (channels_[c].pedals[p])
                    events.push_back(
                        {.frame = frame, .kind = EventKind::controller, .channel = c, .number = pedal_controllers[p]});
        }
    }

private:
    struct Channel {
        std::bitset<128> keys;
        std::bitset<pedal_controllers.size()> pedals;
    };
    std::array<Channel, 16> channels_{};
};

std::int64_t end_of(const MidiFile& file, double rate_hz, std::int64_t start_frame) {
    const auto last = file.messages.empty() ? 0.0 : file.messages.back().seconds;
    return start_frame + midi_event_frame(std::max(last, file.duration_seconds), rate_hz);
}

}  // namespace

std::vector<Event> midi_events(const MidiFile& file, double rate_hz, std::int64_t start_frame) {
    std::vector<Event> events;
    events.reserve(file.messages.size());
    HeldKeys held;
    const auto transport = [&](std::int64_t frame, Transport what) {
        events.push_back({.frame = frame, .kind = EventKind::transport, .number = static_cast<std::uint16_t>(what)});
    };
    transport(start_frame, Transport::run);
    auto tempo = file.tempos.begin();
    const auto tempos_until = [&](std::int64_t frame) {
        for (; tempo != file.tempos.end(); ++tempo) {
            const auto from = start_frame + midi_event_frame(tempo->seconds, rate_hz);
            if (from > frame) return;
            events.push_back(
                {.frame = from, .kind = EventKind::tempo, .value = static_cast<float>(tempo->quarters_per_minute)});
        }
    };
    auto exclusive = file.exclusives.begin();
    const auto exclusives_before = [&](std::size_t message) {
        for (; exclusive != file.exclusives.end() && exclusive->before <= message; ++exclusive) {
            const auto frame = start_frame + midi_event_frame(exclusive->seconds, rate_hz);
            tempos_until(frame);
            midi_exclusive_events(exclusive->body, [&](Event event) {
                event.frame = frame;
                held.update(event);
                events.push_back(event);
            });
        }
    };
    for (std::size_t i = 0; i < file.messages.size(); ++i) {
        const auto& message = file.messages[i];
        exclusives_before(i);
        Event event{.frame = start_frame + midi_event_frame(message.seconds, rate_hz)};
        tempos_until(event.frame);
        midi_event(message.status, message.data1, message.data2, event);
        held.update(event);
        events.push_back(event);
    }
    exclusives_before(file.messages.size());
    const auto end_frame = end_of(file, rate_hz, start_frame);
    tempos_until(end_frame);
    held.release_all(end_frame, events);
    transport(end_frame, Transport::stop);
    return events;
}

MidiPlayer::MidiPlayer(const MidiFile& file, Producer producer, double rate_hz, std::int64_t start_frame)
    : feed_(midi_events(file, rate_hz, start_frame), std::move(producer)),
      end_frame_(end_of(file, rate_hz, start_frame)) {}

}  // namespace forerun
