#include "rt-engine/conductor/melodies.h"

namespace forerun {
namespace {

MelodyLine::Key key_of(const Event& note) {
    return {static_cast<std::uint8_t>(note.key()), static_cast<std::uint8_t>(note.channel % 16)};
}

}  // namespace

// The line's voice, while a key or a pedal holds it.
std::optional<std::uint32_t> Melodies::held_voice(const MelodyLine& line, std::int64_t frame) {
    if (line.serial == 0 || voices_[line.slot].serial != line.serial) return std::nullopt;
    horizon_.let_render(frame);  // it may have ended by itself
    const auto& voice = voices_[line.slot];
    if (!(voice.held || voice.sustained) || !voices_.sounds_at(line.slot, frame)) return std::nullopt;
    return line.slot;
}

bool Melodies::take_over(const Event& on, std::uint16_t instrument, NoteMode mode) {
    const auto master = channels_.master_of(on.channel);
    const auto key = key_of(on);
    auto& line = lines_.of(instrument, master);
    line.press(key, on.frame);
    if (mode == NoteMode::legato) {
        if (const auto slot = held_voice(line, on.frame)) {
            go_to_key(*slot, key, on.frame);
            return true;
        }
    }
    voices_.for_each([&](std::uint32_t slot, ConductedVoice& voice) {
        if (voice.instrument == instrument && voice.master == master) sender_.stop(slot, on.frame);
    });
    return false;
}

void Melodies::let_go(const Event& off) {
    const auto master = channels_.master_of(off.channel);
    const auto key = key_of(off);
    for (std::size_t i = 0; i < stage_.rig().instruments.size(); ++i) {
        auto& line = lines_.of(i, master);
        if (!line.let_go(key) || line.keys.empty()) continue;
        const auto slot = held_voice(line, off.frame);
        if (slot && voices_[*slot].key == key.number && voices_[*slot].channel == key.channel)
            go_to_key(*slot, line.keys.back(), off.frame);
    }
}

bool Melodies::is_too_short(const Event& off) const {
    return lines_.is_too_short(key_of(off), channels_.master_of(off.channel % 16), off.frame, rate_hz_);
}

void Melodies::retune(const ChannelTuning::Ratios& moved_by, std::int64_t frame) {
    lines_.retune(moved_by);
    voices_.for_each([&](std::uint32_t slot, ConductedVoice& voice) {
        if (moved_by[voice.channel] == 1) return;
        const auto hz = expression_.key_hz(voice, voice.key);
        const auto& line = lines_.of(voice.instrument, voice.master);
        const auto left_frames = line.serial == voice.serial ? line.pitch.end_frame() - frame : 0;
        if (left_frames <= 0) return sender_.send_pitch(slot, frame, hz, 0);
        sender_.send_pitch(slot, frame, line.pitch.hz_at(frame), 0);
        sender_.send_pitch(slot, frame, hz, static_cast<double>(left_frames) / rate_hz_);
    });
}

void Melodies::go_to_key(std::uint32_t slot, MelodyLine::Key key, std::int64_t frame) {
    auto& voice = voices_[slot];
    const bool other_channel = voice.channel != key.channel;
    voice.key = key.number;
    voice.channel = key.channel;
    voice.held = true;
    voice.sustained = false;
    sender_.show_note(slot);
    slide_to(slot, key.number, frame, false);
    if (!other_channel) return;
    voice.caught = false;  // the pedal that holds it may be that of the channel it leaves
    expression_.change_channel(slot, frame);
}

void Melodies::slide_to(std::uint32_t slot, std::uint8_t key, std::int64_t frame, bool is_new) {
    const auto& voice = voices_[slot];
    const auto& channel = channels_[voice.master];
    auto& line = lines_.of(voice.instrument, voice.master);
    std::optional<double> requested_hz;
    if (channel.portamento_key) requested_hz = expression_.key_hz(voice, *channel.portamento_key);
    const auto hz = expression_.key_hz(voice, key);
    const auto slide = begin_slide(line, hz, requested_hz, channel, stage_.rig().instruments[voice.instrument], frame,
                                   rate_hz_, is_new);
    if (slide.from_hz) sender_.send_pitch(slot, frame, *slide.from_hz, 0);
    if (slide.is_sent) sender_.send_pitch(slot, frame, hz, slide.seconds);
    line.serial = voice.serial;
    line.slot = slot;
}

}  // namespace forerun
