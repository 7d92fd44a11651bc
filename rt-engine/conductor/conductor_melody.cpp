// The conductor's melodies: instruments that play one note at a time, and pitches that slide from note to note.
#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "rt-engine/conductor/conductor.h"
#include "shared/time/quantum.h"

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
    line.press(key, event.frame);
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

// A note of no length in a melody is heard before the other key comes back. (Of a voice that ends with its key, its worker
// sees to that.)
bool Conductor::is_hardly_heard(const Event& off) {
    const auto master = zones_.master_of(off.channel % 16);
    for (std::size_t i = 0; i < rig_.instruments.size(); ++i) {
        const auto& line = melody(static_cast<std::uint16_t>(i), master);
        if (!line.is_newest_of_several(key_of(off))) continue;
        const auto length = static_cast<double>(off.frame - line.pressed_frame);
        if (length >= 0 && length < no_length_seconds * state_.header().rate_hz) return true;
    }
    return false;
}

void Conductor::let_go_later(Event off) {
    off.frame += std::llround(least_note_seconds * state_.header().rate_hz);
    off.arrival_nanoseconds = 0;  // moved on purpose: no figure of response
    late_offs_.push_back(off);
}

// Those before a frame, earliest first.
void Conductor::let_go_before(std::int64_t frame) {
    while (!late_offs_.empty()) {
        const auto first = std::ranges::min_element(late_offs_, {}, &Event::frame);
        if (first->frame >= frame) return;
        const auto off = *first;
        late_offs_.erase(first);
        arrival_nanoseconds_ = 0;
        key_up(off);
    }
}

// The key is pressed again.
void Conductor::let_go_before(const Event& on) {
    for (std::size_t i = 0; i < late_offs_.size(); ++i) {
        auto off = late_offs_[i];
        if (off.channel != on.channel || off.number != on.number) continue;
        late_offs_.erase(late_offs_.begin() + static_cast<std::ptrdiff_t>(i--));
        off.frame = on.frame;
        key_up(off);
    }
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
    const auto hz = tuned_hz(voice.instrument, voice.channel, key);
    // Legato, the fingers decide: a phrase begins at its own pitch, unless portamento was asked for.
    const bool ties = !is_new || channel.mode(instrument) != NoteMode::legato || channel.portamento.value_or(false) ||
                      channel.portamento_key;
    const auto seconds = ties ? channel.glide_seconds(instrument) : 0;
    const auto frames = std::llround(seconds * state_.header().rate_hz);
    if (channel.portamento_key)
        line.pitch.go_to(tuned_hz(voice.instrument, voice.channel, *channel.portamento_key), frame, 0);
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
    outputs_->send(voices_[slot].worker, message);
}

double Conductor::tuning_ratio(std::uint8_t channel) const {
    const auto keys_of = [&](std::uint8_t c) { return channels_[c].coarse_keys + channels_[c].fine_keys; };
    const auto master = zones_.master_of(channel);
    const auto all = master_fine_keys_ + master_coarse_keys_ + (master != channel ? keys_of(master) : 0);
    return std::exp2((keys_of(channel) + all) / 12);
}

// Sounding notes follow, those that slide, too.
void Conductor::retune(std::int64_t frame) {
    std::array<double, 16> moved_by{};
    for (std::uint8_t c = 0; c < channels_.size(); ++c) {
        const auto before = std::exchange(tuning_ratios_[c], tuning_ratio(c));
        moved_by[c] = tuning_ratios_[c] / before;
    }
    for (std::size_t i = 0; i < melodies_.size(); ++i) {
        melodies_[i].pitch.from_hz *= moved_by[i % channels_.size()];
        melodies_[i].pitch.to_hz *= moved_by[i % channels_.size()];
    }
    voices_.for_each([&](std::uint32_t slot, ConductedVoice& voice) {
        if (moved_by[voice.channel] == 1) return;
        const auto hz = tuned_hz(voice.instrument, voice.channel, voice.key);
        const auto& line = melody(voice.instrument, voice.master);
        const auto left_frames = line.serial == voice.serial ? line.pitch.end_frame() - frame : 0;
        if (left_frames <= 0) return send_pitch(slot, frame, hz, 0);
        send_pitch(slot, frame, line.pitch.hz_at(frame), 0);
        send_pitch(slot, frame, hz, static_cast<double>(left_frames) / state_.header().rate_hz);
    });
}

void Conductor::forget_keys(std::uint8_t channel) {
    for (std::size_t i = 0; i < melodies_.size(); ++i)
        if (channel == all_channels || i % channels_.size() == channel) melodies_[i].keys.clear();
}

}  // namespace forerun
