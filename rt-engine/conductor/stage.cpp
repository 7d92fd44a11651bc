#include "rt-engine/conductor/stage.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace forerun {

Stage::Stage(SharedState& state, const Rig& rig, VoiceTable& voices, VoiceSender& sender, ConductorView& view)
    : rig_(rig),
      voices_(voices),
      sender_(sender),
      view_(view),
      controllers_(rig_),
      parameters_(state, rig),
      presets_(rig.presets),
      mutes_(rig.instruments.size()),
      versions_(rig.instruments.size()) {}

void Stage::move_parameter(const Event& event) {
    if (const auto place = parameters_.at(event.number)) move(*place, event.value, event.frame);
}

void Stage::move(ParameterTable::Place place, float value, std::int64_t frame) {
    send_parameter(place, parameters_.move(place, value), frame);
}

void Stage::send_parameter(ParameterTable::Place place, float value, std::int64_t frame) {
    voices_.for_each([&](std::uint32_t slot, ConductedVoice& voice) {
        if (voice.instrument == place.instrument)
            sender_.send(slot, frame, VoiceParameter{.value = value, .index = place.parameter});
    });
}

void Stage::control(std::uint8_t channel, const Event& event) {
    const auto moved =
        controllers_.control(channel, event.number, event.value, [&](const ControllerTarget& target, float value) {
            move({target.instrument, target.parameter}, value, event.frame);
        });
    if (!moved) return;
    const auto value = static_cast<std::uint8_t>(std::lround(std::min(127.0, moved->value)));
    view_.show_move({.channel = channel, .nrpn = moved->nrpn, .number = moved->number, .value = value});
}

void Stage::forget_controllers(std::uint8_t channel) {
    controllers_.control(channel, 121, 0, [](const ControllerTarget&, float) {});
}

void Stage::learn(const Event& event) {
    const auto found = parameters_.at(event.number);
    const auto controller = event.learned_controller();
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

void Stage::change_program(const Event& event, std::uint8_t part) {
    const auto channel = event.channel % 16;
    if ((rig_.set_channel_mask >> channel & 1) != 0 && event.number < rig_.set.size()) {
        use_rig(event.number);
        return;
    }
    // An instrument that chooses by program wants it for itself.
    for (const auto& i : rig_.instruments)
        if (i.rig == used_rig_ && (i.channel_mask >> part & 1) != 0 && i.chooses_by_program()) return;
    if (const auto preset = presets_.of_program(used_rig_, event.number)) recall(*preset, event.frame);
}

void Stage::recall(std::size_t preset, std::int64_t frame) {
    if (preset >= presets_.size()) return;
    for (const auto& v : presets_[preset].values) move({v.instrument, v.parameter}, v.value, frame);
}

// Of the rig that is used: what its parameters are now.
void Stage::keep_preset(std::size_t number) {
    Preset preset;
    preset.rig = used_rig_;
    for (std::uint16_t i = 0; i < rig_.instruments.size(); ++i) {
        if (rig_.instruments[i].rig != used_rig_) continue;
        const auto values = parameters_.values(i);
        for (std::uint16_t p = 0; p < values.size(); ++p) preset.values.push_back({i, p, values[p]});
    }
    presets_.keep(number, std::move(preset));
}

void Stage::use_rig(std::size_t number) {
    if (number >= std::max<std::size_t>(1, rig_.set.size())) return;
    used_rig_ = static_cast<std::uint16_t>(number);
    controllers_.use(used_rig_);
    view_.show_used_rig(used_rig_);
}

void Stage::reload(const Event& event) {
    if (!versions_.knows(event.number)) return;
    const auto version = event.script_version();
    // What has come right before it is the change of its defaults.
    const bool changed = event.number < rig_before_.instruments.size();
    versions_.use(event.number, version, changed ? &rig_before_.instruments[event.number].parameters : nullptr);
    sender_.set_arrival(0);
    voices_.for_each([&](std::uint32_t slot, ConductedVoice& voice) {
        if (voice.instrument != event.number) return;
        voice.version = version;
        sender_.send(slot, event.frame, VoiceReload{.version = version});
    });
}

void Stage::go_back_from(const WorkerReport& report, std::int64_t clock) {
    const auto& voice = voices_[report.slot];
    std::vector<ParameterDescription> before;
    if (voice.generation != report.generation || !versions_.fail(voice.instrument, voice.version, before)) return;
    if (before.empty()) return;
    rig_.instruments[voice.instrument].parameters = std::move(before);
    follow_rig(voice.instrument, clock);
}

const Rig* Stage::change_rig(const Event& event) {
    std::shared_ptr<const Rig> next;
    if (!offered_rigs_.try_dequeue(next)) return nullptr;
    sender_.set_arrival(0);
    auto changed = *next;
    rig_before_ = std::exchange(rig_, std::move(changed));
    if (event.rig_change() == RigChangeOf::file) versions_.parameters_stay();
    controllers_.change(rig_.mappings);
    presets_.change(rig_.presets);
    for (std::uint16_t i = 0; i < rig_.instruments.size(); ++i) follow_rig(i, event.frame);
    return &rig_before_;
}

// A parameter that was never moved has the value of the rig and its scripts.
void Stage::follow_rig(std::uint16_t instrument, std::int64_t frame) {
    parameters_.follow(instrument, rig_.instruments[instrument].parameters, [&](std::uint16_t parameter, float value) {
        send_parameter({instrument, parameter}, value, frame);
    });
}

}  // namespace forerun
