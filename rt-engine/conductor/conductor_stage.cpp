// What a player does on the stage beside playing: presets, another rig of the set, a controller that is taught, silence.
#include <algorithm>
#include <cmath>

#include "rt-engine/conductor/conductor.h"

namespace forerun {

void Conductor::change_program(const Event& event) {
    const auto channel = static_cast<std::uint8_t>(event.channel % 16);
    channels_[channel].select_program(event.number);
    choose_drums_by_bank(channel);
    if ((rig_.set_channel_mask >> channel & 1) != 0 && event.number < rig_.set.size()) {
        use_rig(event.number);
        return;
    }
    // An instrument that chooses by program wants it for itself.
    const auto part = part_of(channel);
    for (const auto& i : rig_.instruments)
        if (i.rig == used_rig_ && (i.channel_mask >> part & 1) != 0 && i.chooses_by_program()) return;
    for (std::size_t p = 0; p < presets_.size(); ++p)
        if (presets_[p].rig == used_rig_ && presets_[p].program == event.number) return recall(p, event.frame);
}

void Conductor::recall(std::size_t preset, std::int64_t frame) {
    if (preset >= presets_.size()) return;
    for (const auto& v : presets_[preset].values) set_parameter(v.instrument, v.parameter, v.value, frame);
}

// Of the rig that is used: what its parameters are now.
void Conductor::keep_preset(std::size_t number) {
    if (number != presets_.size()) return;
    auto& preset = presets_.emplace_back();
    preset.rig = used_rig_;
    for (std::uint16_t i = 0; i < rig_.instruments.size(); ++i)
        for (std::uint16_t p = 0; rig_.instruments[i].rig == used_rig_ && p < parameter_values_[i].size(); ++p)
            preset.values.push_back({i, p, parameter_values_[i][p]});
}

// Voices of the rig before ring on: their keys and pedals are theirs still.
void Conductor::use_rig(std::size_t number) {
    if (number >= std::max<std::size_t>(1, rig_.set.size())) return;
    used_rig_ = static_cast<std::uint16_t>(number);
    controllers_.use(used_rig_);
    used_rig_shown_.store(used_rig_, std::memory_order_relaxed);
}

void Conductor::learn(const Event& event) {
    const auto found = parameter_at(event.number);
    const auto controller = static_cast<int>(event.value);
    if (!found || controller < 0 || controller >= learned_nrpn + 16384) return;
    const auto& p = rig_.instruments[found->first].parameters[found->second];
    ControllerMapping mapping;
    mapping.learned = true;
    mapping.nrpn = controller >= learned_nrpn;
    mapping.number = static_cast<std::uint16_t>(mapping.nrpn ? controller - learned_nrpn : controller);
    mapping.channel_mask = static_cast<std::uint16_t>(1u << event.channel % 16);
    mapping.targets = {{found->first, found->second, p.minimum, p.maximum, 1, p.logarithmic}};
    controllers_.learn(mapping);
}

void Conductor::mute(const Event& event) {
    const bool silent = event.value > 0;
    if (event.number > 0) {
        if (event.number > muted_.size() || muted_[event.number - 1u] == silent) return;
        muted_[event.number - 1u] = silent;
        return send_gains_of_all(event.frame);
    }
    all_muted_ = silent;
    send_master_gain(event.frame);
}

void Conductor::solo(const Event& event) {
    const bool alone = event.value > 0;
    if (event.number == 0 || event.number > solo_.size() || solo_[event.number - 1u] == alone) return;
    solo_[event.number - 1u] = alone;
    send_gains_of_all(event.frame);
}

bool Conductor::is_heard(std::uint16_t instrument) const {
    if (muted_[instrument]) return false;
    return solo_[instrument] || std::find(solo_.begin(), solo_.end(), true) == solo_.end();
}

StereoGains Conductor::gains_of(const ConductedVoice& voice) const {
    if (!is_heard(voice.instrument)) return {0, 0};
    return channels_[voice.master].gains(rig_.instruments[voice.instrument]);
}

void Conductor::send_gains_of_all(std::int64_t frame) {
    voices_.for_each([&](std::uint32_t slot, ConductedVoice&) { send_gains(slot, frame); });
}

// Relaxed: whoever looks wants the newest, and orders nothing by it.
void Conductor::show_moved(std::uint8_t channel, const ControllerMap::Moved& moved) {
    ++moves_;
    last_move_.store(ControllerMove{moves_, channel, moved.nrpn, moved.number,
                                    static_cast<std::uint8_t>(std::lround(std::min(127.0, moved.value)))}
                         .packed(),
                     std::memory_order_relaxed);
}

}  // namespace forerun
