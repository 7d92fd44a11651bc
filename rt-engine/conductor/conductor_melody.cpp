// The conductor's melodies: instruments that play one note at a time, and pitches that slide from note to note.
#include <algorithm>
#include <cmath>

#include "rt-engine/conductor/conductor.h"
#include "shared/time/quantum.h"

namespace forerun {
namespace {

MelodyLine::Key key_of(const Event& note) {
    return {static_cast<std::uint8_t>(note.key()), static_cast<std::uint8_t>(note.channel % 16)};
}

}  // namespace

// The line's voice, while a key or a pedal holds it.
std::optional<std::uint32_t> Conductor::held_voice(const MelodyLine& line, std::int64_t frame) {
    if (line.serial == 0 || voices_[line.slot].serial != line.serial) return std::nullopt;
    if (configuration_.offline) wait_until_rendered(frame);  // it may have ended by itself
    const auto& voice = voices_[line.slot];
    if (!(voice.held || voice.sustained) || !voices_.sounds_at(line.slot, frame)) return std::nullopt;
    return line.slot;
}

// The newest key is heard alone. Legato, a voice that is held takes it over; else it begins a voice, and what sounds gives
// way.
Conductor::Handled Conductor::play_melody(const Event& event, std::uint16_t instrument, NoteMode mode) {
    const auto master = channels_.master_of(event.channel);
    const auto key = key_of(event);
    auto& line = melodies_.of(instrument, master);
    line.press(key, event.frame);
    if (mode == NoteMode::legato) {
        if (const auto slot = held_voice(line, event.frame)) {
            take_over(*slot, key, event.frame);
            return Handled::yes;
        }
    }
    voices_.for_each([&](std::uint32_t slot, ConductedVoice& voice) {
        if (voice.instrument == instrument && voice.master == master) sender_.stop(slot, event.frame);
    });
    return start_voice(event, instrument);
}

void Conductor::let_go_later(Event off) {
    off.frame += std::llround(least_note_seconds * state_.header().rate_hz);
    off.arrival_nanoseconds = 0;  // moved on purpose: no figure of response
    late_offs_.push(off);
}

// Those before a frame, earliest first.
void Conductor::let_go_before(std::int64_t frame) {
    while (const auto off = late_offs_.take_before(frame)) {
        sender_.set_arrival(0);
        key_up(*off);
    }
}

// The key is pressed again.
void Conductor::let_go_before(const Event& on) {
    while (auto off = late_offs_.take_of_key(on.channel, on.key())) {
        off->frame = on.frame;
        key_up(*off);
    }
}

// Another key down that was pressed before the one that is let go sounds again, without a new start.
void Conductor::leave_melodies(const Event& event) {
    const auto master = channels_.master_of(event.channel);
    const auto key = key_of(event);
    for (std::size_t i = 0; i < rig().instruments.size(); ++i) {
        auto& line = melodies_.of(i, master);
        if (!line.let_go(key) || line.keys.empty()) continue;
        const auto slot = held_voice(line, event.frame);
        if (slot && voices_[*slot].key == key.number && voices_[*slot].channel == key.channel)
            take_over(*slot, line.keys.back(), event.frame);
    }
}

void Conductor::take_over(std::uint32_t slot, MelodyLine::Key key, std::int64_t frame) {
    auto& voice = voices_[slot];
    const bool other_channel = voice.channel != key.channel;
    voice.key = key.number;
    voice.channel = key.channel;
    voice.held = true;
    voice.sustained = false;
    view_.show_note(slot, voice.instrument, voice.channel, voice.key);
    slide_to(slot, key.number, frame, false);
    if (!other_channel) return;
    voice.caught = false;  // the pedal that holds it may be that of the channel it leaves
    for (const auto control : all_voice_controls)
        if (description_of(control).is_of_note) sender_.send(slot, frame, control, value_for(control, voice));
}

void Conductor::slide_to(std::uint32_t slot, std::uint8_t key, std::int64_t frame, bool is_new) {
    const auto& voice = voices_[slot];
    const auto& channel = channels_[voice.master];
    auto& line = melodies_.of(voice.instrument, voice.master);
    const auto hz_of = [&](int of_key) { return key_hz(voice, of_key); };
    std::optional<double> told_hz;
    if (channel.portamento_key) told_hz = hz_of(*channel.portamento_key);
    const auto hz = hz_of(key);
    const auto slide = begin_slide(line, hz, told_hz, channel, rig().instruments[voice.instrument], frame,
                                   state_.header().rate_hz, is_new);
    if (slide.from_hz) sender_.send_pitch(slot, frame, *slide.from_hz, 0);
    if (slide.is_told) sender_.send_pitch(slot, frame, hz, slide.seconds);
    line.serial = voice.serial;
    line.slot = slot;
}

}  // namespace forerun
