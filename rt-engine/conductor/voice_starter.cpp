#include "rt-engine/conductor/voice_starter.h"

#include <algorithm>
#include <cmath>

#include "shared/rig/voice_seed.h"
#include "shared/threads/single_writer.h"

namespace forerun {

VoiceStarter::Outcome VoiceStarter::start(const Event& note, std::uint16_t index) {
    if (!make_room(note, index)) {
        drop(note, index);
        return {};
    }
    const auto slot = allocator_.take();
    if (!slot) {
        if (waits_for_slot(note.frame)) return {.waits = true};
        drop(note, index);
        return {};
    }
    begin(*slot, note, index);
    bump(statistics_.voices_started);
    statistics_.most_voices.raise_to(voices_.sounding_at(note.frame));
    return {.slot = slot};
}

bool VoiceStarter::make_room(const Event& note, std::uint16_t index) {
    const auto& instrument = stage_.rig().instruments[index];
    if (!allocator_.is_full(note.frame, index, instrument)) return true;
    horizon_.let_render(note.frame);
    return allocator_.make_room(note.frame, index, instrument, [&](std::uint32_t slot) {
        bump(statistics_.voices_stolen);
        notifier_.stolen(slot, note.frame);
        sender_.stop(slot, note.frame);
    });
}

// The reserve is used up. It is waited for as long as that helps: until the mixer has gone on to the event.
bool VoiceStarter::waits_for_slot(std::int64_t frame) {
    if (!horizon_.is_offline()) return frame > sender_.clock() + 2 * configuration_.block_frames;
    if (!voices_.all_occupied_at(frame)) return true;
    horizon_.let_render(frame);
    return !voices_.all_occupied_at(frame);
}

void VoiceStarter::drop(const Event& note, std::uint16_t index) {
    bump(statistics_.notes_dropped);
    notifier_.dropped(note, index);
}

void VoiceStarter::begin(std::uint32_t slot, const Event& note, std::uint16_t index) {
    const auto& instrument = stage_.rig().instruments[index];
    auto& voice = voices_[slot];
    voice.start_frame = note.frame;
    voice.instrument = index;
    voice.version = stage_.version_of(index);
    voice.priority = instrument.priority;
    voice.channel = note.channel % 16;
    voice.master = channels_.master_of(voice.channel);
    voice.key = static_cast<std::uint8_t>(note.key());
    voice.choke_group = instrument.choke_group(note.key());
    voice.held = true;
    voice.sustained = voice.caught = false;
    voice.release_velocity = usual_release_velocity;
    const auto gains = mix_.gains_of(voice);
    voice.gain = std::max(gains.left, gains.right);

    auto command = sender_.command_to(slot, MixerCommandKind::start, note.frame);
    command.bus = instrument.bus;
    command.instrument = index;
    command.worker = voice.worker;
    command.left = gains.left;
    command.right = gains.right;
    command.stays = instrument.priority >= configuration_.stay_priority;
    const double velocity = channels_[voice.master].softened(note.velocity());
    const VoiceStart start{.seed = voice_seed(configuration_.seed, voice.serial),
                           .frequency_hz = expression_.key_hz(voice, note.key()),
                           .velocity = static_cast<float>(std::pow(velocity, instrument.velocity_curve)),
                           .version = voice.version,
                           .key = voice.key,
                           .channel = voice.channel,
                           .priority = static_cast<std::uint8_t>(instrument.priority)};
    sender_.start(command, start, stage_.parameters().values(index));
    if (!time_.is_usual()) sender_.send(slot, note.frame, time_.at(note.frame));
    expression_.begin(slot, note.frame);
}

}  // namespace forerun
