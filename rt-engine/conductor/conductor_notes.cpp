// The conductor's notes: who plays them, who has to go for them, how they end.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <stdexcept>
#include <thread>

#include "rt-engine/conductor/conductor.h"
#include "shared/rig/voice_seed.h"

namespace forerun {

Conductor::Handled Conductor::note_on(const Event& event) {
    const auto channel = static_cast<std::uint8_t>(event.channel % 16);
    auto& master = channels_[channels_.master_of(channel)];
    if (started_of_event_ == 0) {
        let_go_before(event);
        bump(state_.header().conductor.notes);
        // A key that sounds already: the note-off to come means the new note.
        voices_.for_each([&](std::uint32_t slot, ConductedVoice& voice) {
            if (voice.channel != channel || voice.key != event.number || !voice.held) return;
            const auto& instrument = rig().instruments[voice.instrument];
            if (master.mode(instrument) != NoteMode::poly) return;
            if (instrument.steal == StealPolicy::same_note)
                sender_.stop(slot, event.frame);
            else
                sender_.release(slot, event.frame);
        });
    }
    std::uint32_t listening = 0;
    const auto part = channels_.part_of(channels_.master_of(channel), rig(), stage_.used_rig());
    for (std::size_t i = 0; i < rig().instruments.size(); ++i) {
        const auto& instrument = rig().instruments[i];
        if (instrument.rig != stage_.used_rig() || !channels_.reach(instrument, event, part)) continue;
        if (listening++ < started_of_event_) continue;
        const auto index = static_cast<std::uint16_t>(i);
        choke_others(event, rig().instruments[i].choke_group(event.number));
        const auto mode = master.mode(rig().instruments[i]);
        const auto handled = mode == NoteMode::poly ? start_voice(event, index) : play_melody(event, index, mode);
        if (handled == Handled::no_slot) return Handled::no_slot;
        ++started_of_event_;
    }
    started_of_event_ = 0;
    master.portamento_key.reset();
    return Handled::yes;
}

// Other keys of the group that the channel plays: an open hi-hat when it is closed. The key itself may ring on.
void Conductor::choke_others(const Event& note, std::uint8_t group) {
    if (group == 0) return;
    const auto master = channels_.master_of(note.channel);
    voices_.for_each([&](std::uint32_t slot, ConductedVoice& voice) {
        if (voice.choke_group == group && voice.master == master && voice.key != note.number)
            sender_.stop(slot, note.frame);
    });
}

// Live, whoever is known to sound counts. Offline the answer must not depend on how far workers are, so a full house is
// looked at again when everybody is rendered to the event.
bool Conductor::make_room(const Event& event, std::uint16_t index) {
    const auto& instrument = rig().instruments[index];
    if (!allocator_.is_full(event.frame, index, instrument)) return true;
    if (configuration_.offline) wait_until_rendered(event.frame);
    return allocator_.make_room(event.frame, index, instrument, [&](std::uint32_t slot) {
        bump(state_.header().conductor.voices_stolen);
        notify(NotificationKind::voice_stolen, slot, event.frame);
        sender_.stop(slot, event.frame);
    });
}

Conductor::Handled Conductor::start_voice(const Event& event, std::uint16_t index) {
    const auto& instrument = rig().instruments[index];
    if (!make_room(event, index)) {
        drop_note(event, index);
        return Handled::yes;
    }
    const auto slot = allocator_.take();
    if (!slot) {
        // The reserve is used up. It is waited for as long as that helps: until the mixer has gone on to the event.
        if (configuration_.offline) {
            if (!voices_.all_occupied_at(event.frame)) return Handled::no_slot;
            wait_until_rendered(event.frame);
            if (!voices_.all_occupied_at(event.frame)) return Handled::no_slot;
        } else if (event.frame > clock_ + 2 * configuration_.block_frames) {
            return Handled::no_slot;
        }
        drop_note(event, index);
        return Handled::yes;
    }

    auto& voice = voices_[*slot];
    voice.start_frame = event.frame;
    voice.instrument = index;
    voice.version = stage_.version_of(index);
    voice.priority = instrument.priority;
    voice.channel = event.channel % 16;
    voice.master = channels_.master_of(voice.channel);
    const auto& channel = channels_[voice.master];
    voice.key = static_cast<std::uint8_t>(event.number);
    voice.choke_group = instrument.choke_group(event.number);
    voice.held = true;
    voice.sustained = voice.caught = false;
    voice.release_velocity = usual_release_velocity;
    view_.show_note(*slot, index, voice.channel, voice.key);
    view_.show_serial(*slot, voice.serial);

    const auto gains = mix_.gains_of(voice);
    voice.gain = std::max(gains.left, gains.right);
    auto command = sender_.command_to(*slot, MixerCommandKind::start, event.frame);
    command.bus = instrument.bus;
    command.instrument = index;
    command.worker = voice.worker;
    command.left = gains.left;
    command.right = gains.right;
    command.stays = instrument.priority >= configuration_.stay_priority;
    outputs_->command(command);

    auto message = sender_.message_to(*slot, VoiceMessageKind::start, event.frame);
    message.seed = voice_seed(configuration_.seed, voice.serial);
    message.frequency_hz = key_hz(voice, event.number);
    message.value = static_cast<float>(std::pow(channel.softened(event.value), instrument.velocity_curve));
    message.index = stage_.version_of(index);
    message.key = voice.key;
    message.channel = voice.channel;
    message.priority = static_cast<std::uint8_t>(instrument.priority);
    outputs_->start(voice.worker, message, stage_.parameters().values(index));
    slide_to(*slot, voice.key, event.frame, true);
    if (!time_.is_usual()) send_time(*slot, event.frame);
    const std::pair<VoiceMessageKind, double> resting[] = {{VoiceMessageKind::bend, 1},
                                                           {VoiceMessageKind::pressure, 0},
                                                           {VoiceMessageKind::modulation, 0},
                                                           {VoiceMessageKind::timbre, resting_timbre}};
    for (const auto& [kind, rest] : resting)
        if (const auto value = value_for(kind, voice); value != rest) sender_.send(*slot, kind, event.frame, value);
    bump(state_.header().conductor.voices_started);
    state_.header().conductor.most_voices.raise_to(voices_.sounding_at(event.frame));
    return Handled::yes;
}

// Offline only: hands over what is before the frame and lets the workers render everybody up to it.
void Conductor::wait_until_rendered(std::int64_t frame) {
    horizon_.move_to(frame);
    horizon_.wake_all();
    for (int tries = 0; !voices_.rendered_until(frame); ++tries) {
        if (tries > 200'000) throw std::runtime_error("workers have stopped rendering");
        std::this_thread::sleep_for(std::chrono::microseconds(20));
        horizon_.move_to(frame);
        reports_->take(clock_, *this);
        voices_.free_released();
    }
}

void Conductor::note_off(const Event& event) {
    const auto channel = static_cast<std::uint8_t>(event.channel % 16);
    const MelodyLine::Key key{static_cast<std::uint8_t>(event.number), channel};
    if (melodies_.is_hardly_heard(key, channels_.master_of(channel), event.frame, state_.header().rate_hz))
        return let_go_later(event);
    key_up(event);
}

void Conductor::key_up(const Event& event) {
    leave_melodies(event);
    const auto channel = static_cast<std::uint8_t>(event.channel % 16);
    voices_.for_each([&](std::uint32_t slot, ConductedVoice& voice) {
        if (voice.channel != channel || voice.key != event.number || !voice.held) return;
        if (event.value > 0) voice.release_velocity = event.value;
        let_go(slot, event.frame);
    });
}

// The key is up.
void Conductor::let_go(std::uint32_t slot, std::int64_t frame) {
    auto& voice = voices_[slot];
    voice.held = false;
    voice.sustained = channels_.pedal_holds(voice) || voice.caught;
    if (!voice.sustained) sender_.release(slot, frame);
}

void Conductor::drop_note(const Event& event, std::uint16_t instrument) {
    bump(state_.header().conductor.notes_dropped);
    Notification notification;
    notification.kind = NotificationKind::note_dropped;
    notification.channel = event.channel;
    notification.key = static_cast<std::uint8_t>(event.number);
    notification.instrument = instrument;
    notification.frame = event.frame;
    notifications_.push(notification);
}

}  // namespace forerun
