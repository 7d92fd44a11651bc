// The conductor's channels: controllers, bends and parameters, and the voices that they reach.
#include <algorithm>

#include "rt-engine/conductor.h"

namespace forerun {

void Conductor::control(const Event& event) {
    const auto index = static_cast<std::uint8_t>(event.channel % 16);
    using Change = ChannelState::Change;
    const auto change = channels_[index].control(event.number, event.value);
    switch (change) {
    case Change::nothing: return;
    case Change::bend: return send_all_to_channel(index, VoiceMessageKind::bend, event.frame);
    case Change::modulation: return send_all_to_channel(index, VoiceMessageKind::modulation, event.frame);
    default: break;
    }
    if (change == Change::all_notes_off || change == Change::all_sound_off) forget_keys(index);
    voices_.for_each([&](std::uint32_t slot, ConductedVoice& voice) {
        if (voice.channel != index) return;
        if (change == Change::gains || change == Change::reset) send_gains(slot, event.frame);
        if (change == Change::all_sound_off) stop_voice(slot, event.frame);
        if (change == Change::sostenuto_down) voice.caught = voice.held;
        if (change == Change::sostenuto_up || change == Change::reset) voice.caught = false;
        if (voice.sustained && !voice.caught && !channels_[index].sustain) release_voice(slot, event.frame);
        if (voice.held && change == Change::all_notes_off) let_go(slot, event.frame);
    });
    if (change == Change::reset) {
        send_all_to_channel(index, VoiceMessageKind::bend, event.frame);
        send_all_to_channel(index, VoiceMessageKind::modulation, event.frame);
        send_all_to_channel(index, VoiceMessageKind::pressure, event.frame);
    }
}

void Conductor::set_parameter(const Event& event) {
    if (event.number >= state_.header().parameter_count.load(std::memory_order_relaxed)) return;
    auto& entry = state_.parameter(event.number);
    const auto value = std::clamp(event.value, entry.minimum, entry.maximum);
    entry.value.store(value, std::memory_order_relaxed);
    const auto index = static_cast<std::uint16_t>(event.number - state_.node(entry.node).first_parameter);
    parameter_values_[entry.node][index] = value;
    voices_.for_each([&](std::uint32_t slot, ConductedVoice& voice) {
        if (voice.instrument == entry.node) send_to_voice(slot, VoiceMessageKind::parameter, event.frame, value, index);
    });
}

// Every worker has made the version ready.
void Conductor::reload(const Event& event) {
    if (event.number >= versions_.size()) return;
    const auto version = static_cast<std::uint16_t>(event.value);
    versions_[event.number] = version;
    arrival_nanoseconds_ = 0;  // nobody waits for it with a key in hand: no figure of response
    voices_.for_each([&](std::uint32_t slot, ConductedVoice& voice) {
        if (voice.instrument != event.number) return;
        voice.version = version;
        send_to_voice(slot, VoiceMessageKind::reload, event.frame, 0, version);
    });
}

// A note of a newer version has failed: the next ones play what has worked.
void Conductor::go_back_from(const WorkerReport& report) {
    const auto& voice = voices_[report.slot];
    if (voice.life != report.life || voice.version == 0 || versions_[voice.instrument] != voice.version) return;
    --versions_[voice.instrument];
}

double Conductor::value_for(VoiceMessageKind kind, const ConductedVoice& voice) const {
    const auto& channel = channels_[voice.channel];
    if (kind == VoiceMessageKind::bend) return channel.bend_ratio(rig_.instruments[voice.instrument]);
    return kind == VoiceMessageKind::pressure ? channel.pressure : channel.modulation;
}

void Conductor::send_all_to_channel(std::uint8_t channel, VoiceMessageKind kind, std::int64_t frame) {
    voices_.for_each([&](std::uint32_t slot, ConductedVoice& voice) {
        if (voice.channel == channel % 16) send_to_voice(slot, kind, frame, value_for(kind, voice));
    });
}

void Conductor::send_to_voice(std::uint32_t slot, VoiceMessageKind kind, std::int64_t frame, double value,
                              std::uint16_t index) {
    auto message = message_to(slot, kind, frame);
    message.index = index;
    message.value = static_cast<float>(value);
    workers_[voices_[slot].worker].post(message);
}

VoiceMessage Conductor::message_to(std::uint32_t slot, VoiceMessageKind kind, std::int64_t frame) {
    const auto& voice = voices_[slot];
    VoiceMessage message;
    message.kind = kind;
    message.frame = frame;
    message.serial = voice.serial;
    message.slot = static_cast<std::uint16_t>(slot);
    message.life = voice.life;
    message.instrument = voice.instrument;
    message.arrival_nanoseconds = arrival_nanoseconds_;
    return message;
}

void Conductor::send_gains(std::uint32_t slot, std::int64_t frame) {
    auto& voice = voices_[slot];
    const auto gains = channels_[voice.channel].gains(rig_.instruments[voice.instrument]);
    voice.gain = std::max(gains.left, gains.right);
    MixerCommand command;
    command.kind = MixerCommandKind::voice_gains;
    command.frame = frame;
    command.serial = voice.serial;
    command.slot = static_cast<std::uint16_t>(slot);
    command.life = voice.life;
    command.left = gains.left;
    command.right = gains.right;
    post(command);
}

}  // namespace forerun
