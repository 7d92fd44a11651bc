// What a player does on the stage beside playing: presets, another rig of the set, a controller that is taught, silence.
#include <algorithm>
#include <cmath>

#include "rt-engine/conductor/conductor.h"

namespace forerun {

void Conductor::change_program(const Event& event) {
    const auto channel = static_cast<std::uint8_t>(event.channel % 16);
    channels_[channel].select_program(event.number);
    drums_.choose_by_bank(channel, channels_[channel].bank, rig_, used_rig_);
    if ((rig_.set_channel_mask >> channel & 1) != 0 && event.number < rig_.set.size()) {
        use_rig(event.number);
        return;
    }
    // An instrument that chooses by program wants it for itself.
    const auto part = drums_.part_of(channel, rig_, used_rig_);
    for (const auto& i : rig_.instruments)
        if (i.rig == used_rig_ && (i.channel_mask >> part & 1) != 0 && i.chooses_by_program()) return;
    if (const auto preset = presets_.of_program(used_rig_, event.number)) recall(*preset, event.frame);
}

void Conductor::recall(std::size_t preset, std::int64_t frame) {
    if (preset >= presets_.size()) return;
    for (const auto& v : presets_[preset].values) set_parameter({v.instrument, v.parameter}, v.value, frame);
}

// Of the rig that is used: what its parameters are now.
void Conductor::keep_preset(std::size_t number) {
    Preset preset;
    preset.rig = used_rig_;
    for (std::uint16_t i = 0; i < rig_.instruments.size(); ++i) {
        if (rig_.instruments[i].rig != used_rig_) continue;
        const auto values = parameters_.values(i);
        for (std::uint16_t p = 0; p < values.size(); ++p) preset.values.push_back({i, p, values[p]});
    }
    presets_.keep(number, std::move(preset));
}

// Voices of the rig before ring on: their keys and pedals are theirs still.
void Conductor::use_rig(std::size_t number) {
    if (number >= std::max<std::size_t>(1, rig_.set.size())) return;
    used_rig_ = static_cast<std::uint16_t>(number);
    controllers_.use(used_rig_);
    view_.show_used_rig(used_rig_);
}

void Conductor::learn(const Event& event) {
    const auto found = parameters_.at(event.number);
    const auto controller = static_cast<int>(event.value);
    if (!found || controller < 0 || controller >= learned_nrpn + 16384) return;
    const auto& p = rig_.instruments[found->instrument].parameters[found->parameter];
    ControllerMapping mapping;
    mapping.learned = true;
    mapping.nrpn = controller >= learned_nrpn;
    mapping.number = static_cast<std::uint16_t>(mapping.nrpn ? controller - learned_nrpn : controller);
    mapping.channel_mask = static_cast<std::uint16_t>(1u << event.channel % 16);
    mapping.targets = {{found->instrument, found->parameter, p.minimum, p.maximum, 1, p.logarithmic}};
    controllers_.learn(mapping);
}

// Instruments count from 1 in events; muted, 0 means all of them.
void Conductor::mute(const Event& event) {
    const bool silent = event.value > 0;
    if (event.number > 0) {
        if (mutes_.mute(event.number - 1u, silent)) send_gains_of_all(event.frame);
        return;
    }
    mutes_.mute_all(silent);
    send_master_gain(event.frame);
}

void Conductor::solo(const Event& event) {
    if (event.number > 0 && mutes_.solo(event.number - 1u, event.value > 0)) send_gains_of_all(event.frame);
}

StereoGains Conductor::gains_of(const ConductedVoice& voice) const {
    if (!mutes_.is_heard(voice.instrument)) return {0, 0};
    return channels_[voice.master].gains(rig_.instruments[voice.instrument]);
}

void Conductor::send_gains_of_all(std::int64_t frame) {
    voices_.for_each([&](std::uint32_t slot, ConductedVoice&) { send_gains(slot, frame); });
}

}  // namespace forerun
