#include "rt-engine/conductor/note_player.h"

#include <cmath>

#include "shared/threads/single_writer.h"
#include "shared/time/quantum.h"

namespace forerun {

bool NotePlayer::note_on(const Event& note) {
    auto& master = channels_[channels_.master_of(note.channel)];
    if (started_of_event_ == 0) {
        // The key is pressed again.
        while (auto off = late_offs_.take_of_key(note.channel, note.key())) {
            off->frame = note.frame;
            key_up(*off);
        }
        bump(statistics_.notes);
        release_same_key(note, master);
    }
    std::uint32_t listening = 0;
    const auto& rig = stage_.rig();
    const auto part = channels_.part_of(channels_.master_of(note.channel), rig, stage_.used_rig());
    for (std::size_t i = 0; i < rig.instruments.size(); ++i) {
        const auto& instrument = rig.instruments[i];
        if (instrument.rig != stage_.used_rig() || !channels_.reach(instrument, note, part)) continue;
        if (listening++ < started_of_event_) continue;
        choke_others(note, instrument.choke_group(note.key()));
        if (!play(note, static_cast<std::uint16_t>(i), master.mode(instrument))) return false;
        ++started_of_event_;
    }
    started_of_event_ = 0;
    master.portamento_key.reset();
    return true;
}

bool NotePlayer::play(const Event& note, std::uint16_t instrument, NoteMode mode) {
    if (mode != NoteMode::poly && melodies_.take_over(note, instrument, mode)) return true;
    const auto begun = starter_.start(note, instrument);
    if (begun.slot) melodies_.begin(*begun.slot, voices_[*begun.slot].key, note.frame);
    return !begun.waits;
}

// A key that sounds already: the note-off to come means the new note.
void NotePlayer::release_same_key(const Event& note, const ChannelState& channel) {
    voices_.for_each([&](std::uint32_t slot, ConductedVoice& voice) {
        if (voice.channel != note.channel % 16 || voice.key != note.key() || !voice.held) return;
        const auto& instrument = stage_.rig().instruments[voice.instrument];
        if (channel.mode(instrument) != NoteMode::poly) return;
        if (instrument.steal == StealPolicy::same_note)
            sender_.stop(slot, note.frame);
        else
            sender_.release(slot, note.frame);
    });
}

// Other keys of the group that the channel plays: an open hi-hat when it is closed. The key itself may ring on.
void NotePlayer::choke_others(const Event& note, std::uint8_t group) {
    if (group == 0) return;
    const auto master = channels_.master_of(note.channel);
    voices_.for_each([&](std::uint32_t slot, ConductedVoice& voice) {
        if (voice.choke_group == group && voice.master == master && voice.key != note.key())
            sender_.stop(slot, note.frame);
    });
}

void NotePlayer::note_off(const Event& note) {
    if (!melodies_.is_too_short(note)) return key_up(note);
    auto off = note;
    off.frame += std::llround(least_note_seconds * rate_hz_);
    off.arrival_nanoseconds = 0;  // moved on purpose: no figure of response
    late_offs_.push(off);
}

void NotePlayer::key_up(const Event& note) {
    melodies_.let_go(note);
    voices_.for_each([&](std::uint32_t slot, ConductedVoice& voice) {
        if (voice.channel != note.channel % 16 || voice.key != note.key() || !voice.held) return;
        if (note.velocity() > 0) voice.release_velocity = note.velocity();
        let_go(slot, note.frame);
    });
}

void NotePlayer::let_go(std::uint32_t slot, std::int64_t frame) {
    auto& voice = voices_[slot];
    voice.held = false;
    voice.sustained = channels_.pedal_holds(voice) || voice.caught;
    if (!voice.sustained) sender_.release(slot, frame);
}

void NotePlayer::release_all(std::uint8_t channel, std::int64_t frame) {
    melodies_.forget_keys(channel);
    voices_.for_each([&](std::uint32_t slot, ConductedVoice& voice) {
        if (channel != all_channels && !voice.listens_to(channel)) return;
        if (voice.held || voice.sustained) sender_.release(slot, frame);
    });
}

void NotePlayer::stop_all(std::uint8_t channel, std::int64_t frame) {
    melodies_.forget_keys(channel);
    voices_.for_each([&](std::uint32_t slot, ConductedVoice& voice) {
        if (channel == all_channels || voice.listens_to(channel)) sender_.stop(slot, frame);
    });
}

void NotePlayer::play_late_offs(std::int64_t before_frame) {
    while (const auto off = late_offs_.take_before(before_frame)) {
        sender_.set_arrival(0);
        key_up(*off);
    }
}

}  // namespace forerun
