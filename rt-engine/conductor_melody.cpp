// The conductor's melodies: instruments that play one note at a time, and pitches that slide from note to note.
#include <cmath>

#include "rt-engine/conductor.h"

namespace forerun {
namespace {

MelodyLine::Key key_of(const Event& note) {
    return {static_cast<std::uint8_t>(note.number), static_cast<std::uint8_t>(note.channel % 16)};
}

}  // namespace

MelodyLine& Conductor::melody(std::uint16_t instrument, std::uint8_t channel) {
    return melodies_[std::size_t{instrument} * channels_.size() + channel % 16u];
}

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
    const auto master = zones_.master_of(event.channel % 16);
    const auto key = key_of(event);
    auto& line = melody(instrument, master);
    line.press(key);
    if (mode == NoteMode::legato) {
        if (const auto slot = held_voice(line, event.frame)) {
            take_over(*slot, key, event.frame);
            return Handled::yes;
        }
    }
    voices_.for_each([&](std::uint32_t slot, ConductedVoice& voice) {
        if (voice.instrument == instrument && voice.master == master) stop_voice(slot, event.frame);
    });
    return start_voice(event, instrument);
}

// Another key down that was pressed before the one that is let go sounds again, without a new start.
void Conductor::leave_melodies(const Event& event) {
    const auto master = zones_.master_of(event.channel % 16);
    const auto key = key_of(event);
    for (std::size_t i = 0; i < rig_.instruments.size(); ++i) {
        auto& line = melody(static_cast<std::uint16_t>(i), master);
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
    slot_words_[slot].note.store(std::uint32_t{voice.instrument} << 16 | std::uint32_t{voice.channel} << 8 | voice.key,
                                 std::memory_order_relaxed);
    slide_to(slot, key.number, frame, false);
    if (!other_channel) return;
    voice.caught = false;  // the pedal that holds it may be that of the channel it leaves
    for (const auto kind : {VoiceMessageKind::bend, VoiceMessageKind::pressure, VoiceMessageKind::timbre})
        send_to_voice(slot, kind, frame, value_for(kind, voice));
}

// From the note before, or from the key that the channel was told; a voice that has just been started has its pitch.
void Conductor::slide_to(std::uint32_t slot, std::uint8_t key, std::int64_t frame, bool is_new) {
    const auto& voice = voices_[slot];
    const auto& instrument = rig_.instruments[voice.instrument];
    const auto& channel = channels_[voice.master];
    auto& line = melody(voice.instrument, voice.master);
    const auto hz = instrument.key_hz(key);
    // Legato, the fingers decide: a phrase begins at its own pitch, unless portamento was asked for.
    const bool ties = !is_new || channel.mode(instrument) != NoteMode::legato || channel.portamento.value_or(false) ||
                      channel.portamento_key;
    const auto seconds = ties ? channel.glide_seconds(instrument) : 0;
    const auto frames = std::llround(seconds * state_.header().rate_hz);
    if (channel.portamento_key)
        line.pitch.go_to(instrument.key_hz(*channel.portamento_key), frame, 0);
    else if (line.serial == 0)
        line.pitch.go_to(hz, frame, 0);
    const bool slides = frames > 0 && line.pitch.hz_at(frame) != hz;
    if (slides && (is_new || channel.portamento_key)) send_pitch(slot, frame, line.pitch.hz_at(frame), 0);
    if (slides || !is_new) send_pitch(slot, frame, hz, slides ? seconds : 0);
    line.pitch.go_to(hz, frame, frames);
    line.serial = voice.serial;
    line.slot = slot;
}

void Conductor::send_pitch(std::uint32_t slot, std::int64_t frame, double hz, double seconds) {
    auto message = message_to(slot, VoiceMessageKind::pitch, frame);
    message.frequency_hz = hz;
    message.value = static_cast<float>(seconds);
    workers_[voices_[slot].worker].post(message);
}

void Conductor::forget_keys(std::uint8_t channel) {
    for (std::size_t i = 0; i < melodies_.size(); ++i)
        if (channel == all_channels || i % channels_.size() == channel) melodies_[i].keys.clear();
}

}  // namespace forerun
