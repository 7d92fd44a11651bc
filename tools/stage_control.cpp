#include "tools/stage_control.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "shared/bad_input.h"
#include "shared/sample_clock.h"

namespace forerun {
namespace {

constexpr int steps_of_a_range = 50;
constexpr std::uint16_t reset_controllers = 121;

std::string name_of(const ControllerMove& move) {
    return fmt::format("{} {} on channel {}", move.nrpn ? "NRPN" : "controller", move.number, move.channel + 1);
}

std::string value_of(const ParameterEntry& p) {
    return fmt::format("{} {:.4g}{}{}", p.name, p.value.load(std::memory_order_relaxed), p.unit[0] ? " " : "", p.unit);
}

}  // namespace

StageControl::StageControl(Engine& engine, StageFile& file)
    : engine_(engine), file_(file), producer_(engine.make_producer()) {
    for (const auto& preset : engine.rig().presets) presets_.push_back({preset.name, preset.rig});
}

bool StageControl::send(const Event& event, std::int64_t arrival) { return producer_.try_send(event, arrival); }

bool StageControl::press(const KeyPress& key) {
    switch (key.key) {
    case Key::character: return character(key.character);
    case Key::backspace: panic(); return true;
    case Key::escape: end_requested_ = true; return true;
    case Key::tab: choose_instrument(1); return true;
    case Key::back_tab: choose_instrument(-1); return true;
    case Key::up: choose_parameter(-1); return true;
    case Key::down: choose_parameter(1); return true;
    case Key::left: turn(-1); return true;
    case Key::right: turn(1); return true;
    case Key::enter: begin_learning(); return true;
    case Key::other: return true;
    }
    return false;
}

bool StageControl::character(char c) {
    switch (c) {
    case 'q': end_requested_ = true; return true;
    case 'm': mute(); return true;
    case 'n': next_preset(1); return true;
    case 'b': next_preset(-1); return true;
    case 'r': keep(); return true;
    case '.': next_rig(1); return true;
    case ',': next_rig(-1); return true;
    case '0': back_to_rig(); return true;
    case '?': lines_.push_back(keys()); return true;
    default: break;
    }
    if (c < '1' || c > '9') return false;
    nth_preset(static_cast<std::size_t>(c - '1'));
    return true;
}

std::string StageControl::keys() {
    return "keys: backspace panic, m mute, n b presets, 1-9 a preset, 0 as the rig says, r keep as a preset, . , rigs, "
           "tab up down a parameter, left right its value, enter learn, q end";
}

void StageControl::panic() {
    const auto now = monotonic_nanoseconds();
    send({.kind = EventKind::all_sound_off, .channel = all_channels}, now);
    for (std::uint8_t channel = 0; channel < 16; ++channel)
        send({.kind = EventKind::controller, .channel = channel, .number = reset_controllers}, now);
    lines_.push_back("panic: every voice is silenced, controllers and pedals are reset");
}

void StageControl::mute() {
    if (!send({.kind = EventKind::mute, .value = muted_ ? 0.0f : 1.0f}, monotonic_nanoseconds())) return;
    muted_ = !muted_;
}

// ---- Presets

void StageControl::recall(const std::string& name) {
    std::string names;
    for (std::size_t p = 0; p < presets_.size(); ++p) {
        if (presets_[p].name == name) return recall(p);
        names += (names.empty() ? "" : ", ") + presets_[p].name;
    }
    throw BadInput(fmt::format("--preset {}: there is none of this name; {}", name,
                               names.empty() ? "the rig has none, and none was kept" : "there are " + names));
}

void StageControl::recall(std::size_t number) {
    const auto now = monotonic_nanoseconds();
    if (presets_[number].rig != engine_.used_rig()) send({.kind = EventKind::rig, .number = presets_[number].rig}, now);
    if (send({.kind = EventKind::preset, .number = static_cast<std::uint16_t>(number)}, now)) preset_ = number;
}

void StageControl::nth_preset(std::size_t n) {
    const auto rig = engine_.used_rig();
    for (std::size_t p = 0; p < presets_.size(); ++p)
        if (presets_[p].rig == rig && n-- == 0) return recall(p);
}

void StageControl::next_preset(int step) {
    const auto rig = engine_.used_rig();
    std::vector<std::size_t> own;
    for (std::size_t p = 0; p < presets_.size(); ++p)
        if (presets_[p].rig == rig) own.push_back(p);
    if (own.empty()) {
        lines_.push_back("there is no preset yet: r keeps what the parameters are as one");
        return;
    }
    const auto here = preset_ ? std::find(own.begin(), own.end(), *preset_) : own.end();
    const auto count = static_cast<std::ptrdiff_t>(own.size());
    const auto from = here != own.end() ? here - own.begin() : (step > 0 ? -1 : count);
    recall(own[static_cast<std::size_t>((from + step + count) % count)]);
}

void StageControl::back_to_rig() {
    const auto now = monotonic_nanoseconds();
    const auto& state = engine_.state();
    const auto& instruments = engine_.rig().instruments;
    for (std::uint32_t i = 0; i < instruments.size(); ++i)
        for (std::uint32_t p = 0; instruments[i].rig == engine_.used_rig() && p < instruments[i].parameters.size(); ++p)
            send({.kind = EventKind::parameter,
                  .number = static_cast<std::uint16_t>(state.node(i).first_parameter + p),
                  .value = instruments[i].parameters[p].value},
                 now);
    preset_.reset();
}

void StageControl::keep() {
    const auto& rig = engine_.rig();
    const auto& state = engine_.state();
    Preset preset;
    preset.rig = engine_.used_rig();
    const auto taken = [&](const std::string& name) {
        return std::any_of(presets_.begin(), presets_.end(), [&](const Known& p) { return p.name == name; });
    };
    for (int n = 1; preset.name.empty() || taken(preset.name); ++n) preset.name = fmt::format("saved {}", n);
    for (std::uint16_t i = 0; i < rig.instruments.size(); ++i)
        for (std::uint16_t p = 0; rig.instruments[i].rig == preset.rig && p < rig.instruments[i].parameters.size(); ++p)
            preset.values.push_back(
                {i, p, state.parameter(state.node(i).first_parameter + p).value.load(std::memory_order_relaxed)});
    if (preset.values.empty()) {
        lines_.push_back("this rig has no parameters that a preset could keep");
        return;
    }
    const auto number = presets_.size();
    if (!send({.kind = EventKind::keep_preset, .number = static_cast<std::uint16_t>(number)}, monotonic_nanoseconds()))
        return;
    presets_.push_back({preset.name, preset.rig});
    preset_ = number;
    try {
        file_.keep(rig, preset);
        lines_.push_back(fmt::format("kept as preset \"{}\" in {}", preset.name, file_.path().string()));
    } catch (const std::exception& error) {
        lines_.push_back(fmt::format("preset \"{}\" lasts until the end only: {}", preset.name, error.what()));
    }
}

void StageControl::next_rig(int step) {
    const auto count = static_cast<int>(engine_.rig().set.size());
    if (count < 2) return;
    const auto number = (engine_.used_rig() + step + count) % count;
    send({.kind = EventKind::rig, .number = static_cast<std::uint16_t>(number)}, monotonic_nanoseconds());
    preset_.reset();
}

// ---- Parameters

void StageControl::choose_instrument(int step) {
    const auto& instruments = engine_.rig().instruments;
    const auto count = static_cast<int>(instruments.size());
    auto at = static_cast<int>(chosen_.instrument);
    for (int tries = 0; tries < count; ++tries) {
        at = (at + step + count) % count;
        if (instruments[static_cast<std::size_t>(at)].rig == engine_.used_rig() &&
            !instruments[static_cast<std::size_t>(at)].parameters.empty())
            break;
    }
    chosen_ = {static_cast<std::uint32_t>(at), 0};
    chosen_by_hand_ = true;
}

void StageControl::choose_first() {
    const auto& instruments = engine_.rig().instruments;
    const auto first = std::find_if(instruments.begin(), instruments.end(),
                                    [&](const auto& i) { return i.rig == engine_.used_rig(); });
    if (first != instruments.end()) chosen_ = {static_cast<std::uint32_t>(first - instruments.begin()), 0};
}

void StageControl::choose_parameter(int step) {
    const auto count = static_cast<int>(engine_.rig().instruments[chosen_.instrument].parameters.size());
    if (count == 0) return;
    chosen_.parameter = static_cast<std::uint32_t>((static_cast<int>(chosen_.parameter) + step + count) % count);
    chosen_by_hand_ = true;
}

std::optional<std::uint32_t> StageControl::chosen_parameter() const {
    if (engine_.rig().instruments[chosen_.instrument].parameters.empty()) return std::nullopt;
    return engine_.state().node(chosen_.instrument).first_parameter + chosen_.parameter;
}

// By a fiftieth of its range; in even ratios where it is logarithmic.
void StageControl::turn(int step) {
    const auto index = chosen_parameter();
    if (!index) return;
    const auto& p = engine_.state().parameter(*index);
    const double value = p.value.load(std::memory_order_relaxed), least = p.minimum, most = p.maximum;
    const double share = static_cast<double>(step) / steps_of_a_range;
    const double next = p.logarithmic ? value * std::pow(most / least, share) : value + (most - least) * share;
    send({.kind = EventKind::parameter,
          .number = static_cast<std::uint16_t>(*index),
          .value = static_cast<float>(std::clamp(next, least, most))},
         monotonic_nanoseconds());
}

// ---- Learning

void StageControl::begin_learning() {
    if (learning_from_) {
        learning_from_.reset();
        return;
    }
    if (chosen_parameter())
        learning_from_ = engine_.last_move().count;
    else
        lines_.push_back("this instrument has no parameters that a controller could move; tab chooses another");
}

void StageControl::tick() {
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

void StageControl::learn(const ControllerMove& moved) {
    learning_from_.reset();
    const auto& p = engine_.rig().instruments[chosen_.instrument].parameters[chosen_.parameter];
    const int controller = moved.nrpn ? learned_nrpn + moved.number : moved.number;
    if (!send({.kind = EventKind::learn,
               .channel = moved.channel,
               .number = static_cast<std::uint16_t>(*chosen_parameter()),
               .value = static_cast<float>(controller)},
              monotonic_nanoseconds()))
        return;
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

std::vector<std::string> StageControl::status() const {
    const auto& rig = engine_.rig();
    std::string first;
    const auto add = [&](const std::string& part) { first += (first.empty() ? "" : "  ") + part; };
    if (const auto used = engine_.used_rig(); !rig.set.empty())
        add(fmt::format("rig {} of {}: {} (, .)", used + 1, rig.set.size(), rig.set[used]));
    if (preset_) add(fmt::format("preset {} (b n)", presets_[*preset_].name));
    if (muted_) add("MUTED (m)");
    if (const auto moved = engine_.last_move(); moved.count > 0)
        add(fmt::format("moved: {} = {}", name_of(moved), moved.value));
    std::string second = fmt::format("{}: ", rig.instruments[chosen_.instrument].name);
    if (const auto index = chosen_parameter())
        second += value_of(engine_.state().parameter(*index)) +
                  (learning_from_ ? "  LEARNING: move a controller (enter gives up)" : "  (tab, arrows; enter learns)");
    else
        second += "no parameters";
    std::vector<std::string> lines;
    if (!first.empty()) lines.push_back(first);
    lines.push_back(second + "  ? keys");
    return lines;
}

}  // namespace forerun
