#include "tools/live/parameter_knob.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace forerun {
namespace {

constexpr int steps_of_a_range = 50;

std::string value_of(const ParameterEntry& p) {
    return fmt::format("{} {:.4g}{}{}", p.name, p.value.load(std::memory_order_relaxed), p.unit[0] ? " " : "", p.unit);
}

}  // namespace

std::string name_of(const ControllerMove& move) {
    return fmt::format("{} {} on channel {}", move.nrpn ? "NRPN" : "controller", move.number, move.channel + 1);
}

void ParameterKnob::choose_instrument(int step) {
    const auto& instruments = engine_.rig().instruments;
    const auto count = static_cast<int>(instruments.size());
    auto at = static_cast<int>(chosen_.instrument);
    for (int tries = 0; tries < count; ++tries) {
        at = (at + step + count) % count;
        if (instruments[static_cast<std::size_t>(at)].rig == engine_.used_rig()) break;
    }
    chosen_ = {static_cast<std::uint32_t>(at), 0};
    chosen_by_hand_ = true;
}

void ParameterKnob::choose_first() {
    const auto& instruments = engine_.rig().instruments;
    const auto first = std::find_if(instruments.begin(), instruments.end(),
                                    [&](const auto& i) { return i.rig == engine_.used_rig(); });
    if (first != instruments.end()) chosen_ = {static_cast<std::uint32_t>(first - instruments.begin()), 0};
}

void ParameterKnob::choose_parameter(int step) {
    const auto count = static_cast<int>(engine_.rig().instruments[chosen_.instrument].parameters.size());
    if (count == 0) return;
    chosen_.parameter = static_cast<std::uint32_t>((static_cast<int>(chosen_.parameter) + step + count) % count);
    chosen_by_hand_ = true;
}

std::optional<std::uint32_t> ParameterKnob::chosen_parameter() const {
    if (engine_.rig().instruments[chosen_.instrument].parameters.empty()) return std::nullopt;
    return engine_.state().node(chosen_.instrument).first_parameter + chosen_.parameter;
}

// By a fiftieth of its range; in even ratios where it is logarithmic.
void ParameterKnob::turn(int step) {
    const auto index = chosen_parameter();
    if (!index) return;
    const auto& p = engine_.state().parameter(*index);
    const double value = p.value.load(std::memory_order_relaxed), least = p.minimum, most = p.maximum;
    const double share = static_cast<double>(step) / steps_of_a_range;
    const double next = p.logarithmic ? value * std::pow(most / least, share) : value + (most - least) * share;
    auto command = command_for_chosen(CommandKind::set);
    command.value = std::clamp(next, least, most);
    commands_.perform(command);
}

PlayerCommand ParameterKnob::command_for_chosen(CommandKind kind) const {
    PlayerCommand command;
    command.kind = kind;
    command.which.number = chosen_.instrument + 1;
    command.parameter.number = chosen_.parameter + 1;  // a name may be one that no command can hold
    return command;
}

// ---- Learning

void ParameterKnob::begin_learning() {
    if (learning_from_) {
        learning_from_.reset();
        return;
    }
    if (chosen_parameter())
        learning_from_ = engine_.last_move().count;
    else
        lines_.push_back("this instrument has no parameters that a controller could move; tab chooses another");
}

void ParameterKnob::tick() {
    if (learning_from_)
        if (const auto moved = engine_.last_move(); moved.count != *learning_from_) learn(moved);
    if (engine_.rig().instruments[chosen_.instrument].rig != engine_.used_rig()) {
        learning_from_.reset();
        chosen_by_hand_ = false;
        choose_first();
    }
    if (chosen_by_hand_ || learning_from_) return;
    for (std::uint32_t slot = 0; slot < engine_.state().header().slots; ++slot)
        if (const auto view = engine_.slot(slot); view.serial > newest_serial_) {
            newest_serial_ = view.serial;
            const bool ours = engine_.rig().instruments[view.instrument].rig == engine_.used_rig();
            if (ours && view.instrument != chosen_.instrument) chosen_ = {view.instrument, 0};
        }
}

void ParameterKnob::learn(const ControllerMove& moved) {
    learning_from_.reset();
    const auto& p = engine_.rig().instruments[chosen_.instrument].parameters[chosen_.parameter];
    auto command = command_for_chosen(CommandKind::learn);
    command.channel = moved.channel;
    command.number = static_cast<std::uint16_t>(moved.nrpn ? learned_nrpn + moved.number : moved.number);
    if (!commands_.perform(command)) return;
    ControllerMapping mapping;
    mapping.nrpn = moved.nrpn;
    mapping.number = moved.number;
    mapping.channel_mask = static_cast<std::uint16_t>(1u << moved.channel);
    mapping.targets = {{static_cast<std::uint16_t>(chosen_.instrument), static_cast<std::uint16_t>(chosen_.parameter),
                        p.minimum, p.maximum, 1, p.logarithmic}};
    auto line = fmt::format("{} moves {} of {} now", name_of(moved), p.name,
                            engine_.rig().instruments[chosen_.instrument].name);
    try {
        file_.learn(engine_.rig(), mapping);
        lines_.push_back(line + ", kept in " + file_.path().string());
    } catch (const std::exception& error) {
        lines_.push_back(line + ", until the end only: " + error.what());
    }
}

std::string ParameterKnob::status() const {
    const auto shown = fmt::format("{}: ", engine_.rig().instruments[chosen_.instrument].name);
    const auto index = chosen_parameter();
    if (!index) return shown + "no parameters";
    return shown + value_of(engine_.state().parameter(*index)) +
           (learning_from_ ? "  LEARNING: move a controller (enter gives up)" : "  (tab, arrows; enter learns)");
}

}  // namespace forerun
