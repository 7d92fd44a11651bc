#include "tools/live/stage_control.h"

#include <fmt/format.h>

#include <algorithm>

#include "shared/bad_input.h"

namespace forerun {
namespace {

NamedOne numbered(std::size_t index) { return {static_cast<std::uint32_t>(index + 1), {}}; }

}  // namespace

StageControl::StageControl(const Engine& engine, Commands& commands, StageFile& file)
    : engine_(engine), commands_(commands), file_(file), knob_(engine, commands, file) {}

bool StageControl::press(const KeyPress& key) {
    switch (key.key) {
    case Key::character: return character(key.character);
    case Key::backspace: panic(); return true;
    case Key::escape: end_requested_ = true; return true;
    case Key::tab: knob_.choose_instrument(1); return true;
    case Key::back_tab: knob_.choose_instrument(-1); return true;
    case Key::up: knob_.choose_parameter(-1); return true;
    case Key::down: knob_.choose_parameter(1); return true;
    case Key::left: knob_.turn(-1); return true;
    case Key::right: knob_.turn(1); return true;
    case Key::enter: knob_.begin_learning(); return true;
    case Key::other: return true;
    }
    return false;
}

bool StageControl::character(char c) {
    switch (c) {
    case 'q': end_requested_ = true; return true;
    case 'm': commands_.perform({.kind = CommandKind::mute, .on = !commands_.all_muted()}); return true;
    case '-': toggle(CommandKind::mute, commands_.is_muted(knob_.instrument())); return true;
    case 'i': toggle(CommandKind::solo, commands_.is_solo(knob_.instrument())); return true;
    case 'n': next_preset(1); return true;
    case 'b': next_preset(-1); return true;
    case 'r': keep(); return true;
    case '.': next_rig(1); return true;
    case ',': next_rig(-1); return true;
    case '0': commands_.perform({.kind = CommandKind::as_rig}); return true;
    case '?': lines_.push_back(keys()); return true;
    default: break;
    }
    if (c < '1' || c > '9') return false;
    nth_preset(static_cast<std::size_t>(c - '1'));
    return true;
}

std::string StageControl::keys() {
    return "keys: backspace panic, m mute, - mute this instrument, i solo, n b presets, 1-9 a preset, 0 as the rig "
           "says, r keep as a preset, . , rigs, "
           "tab up down a parameter, left right its value, enter learn, q end";
}

void StageControl::panic() {
    commands_.perform({.kind = CommandKind::panic});
    lines_.push_back("panic: every voice is silenced, controllers and pedals are reset");
}

void StageControl::toggle(CommandKind kind, bool is_on) {
    commands_.perform({.kind = kind, .which = numbered(knob_.instrument()), .on = !is_on});
}

void StageControl::mark(std::vector<PictureInstrument>& rows) const {
    const bool some_solo = commands_.some_solo();
    for (auto& row : rows) {
        row.chosen = row.number == knob_.instrument();
        row.muted = commands_.all_muted() || commands_.is_muted(row.number);
        row.solo = commands_.is_solo(row.number);
        if (row.muted || (some_solo && !row.solo)) row.peak_db = -200;  // of what is heard
    }
}

// ---- Presets

void StageControl::recall(const std::string& name) {
    const auto presets = commands_.presets();
    std::string names;
    for (std::size_t p = 0; p < presets.size(); ++p) {
        if (presets[p].name == name) return recall(p);
        names += (names.empty() ? "" : ", ") + presets[p].name;
    }
    throw BadInput(fmt::format("--preset {}: there is none of this name; {}", name,
                               names.empty() ? "the rig has none, and none was kept" : "there are " + names));
}

void StageControl::recall(std::size_t number) {
    commands_.perform({.kind = CommandKind::preset, .which = numbered(number)});
}

void StageControl::nth_preset(std::size_t n) {
    const auto rig = engine_.used_rig();
    const auto presets = commands_.presets();
    for (std::size_t p = 0; p < presets.size(); ++p)
        if (presets[p].rig == rig && n-- == 0) return recall(p);
}

std::optional<std::size_t> StageControl::next_preset_number(int step) const {
    const auto rig = engine_.used_rig();
    const auto presets = commands_.presets();
    const auto preset = commands_.preset();
    std::vector<std::size_t> own;
    for (std::size_t p = 0; p < presets.size(); ++p)
        if (presets[p].rig == rig) own.push_back(p);
    if (own.empty()) return std::nullopt;
    const auto here = preset ? std::find(own.begin(), own.end(), *preset) : own.end();
    const auto count = static_cast<std::ptrdiff_t>(own.size());
    const auto from = here != own.end() ? here - own.begin() : (step > 0 ? -1 : count);
    return own[static_cast<std::size_t>((from + step + count) % count)];
}

void StageControl::next_preset(int step) {
    if (const auto next = next_preset_number(step))
        recall(*next);
    else
        lines_.push_back("there is no preset yet: r keeps what the parameters are as one");
}

void StageControl::keep() {
    const auto& rig = engine_.rig();
    const auto& state = engine_.state();
    Preset preset;
    preset.rig = engine_.used_rig();
    const auto presets = commands_.presets();
    const auto taken = [&](const std::string& name) {
        return std::ranges::any_of(presets, [&](const auto& p) { return p.name == name; });
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
    if (!commands_.perform({.kind = CommandKind::keep, .text = preset.name})) return;
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
    commands_.perform({.kind = CommandKind::rig, .which = numbered(static_cast<std::size_t>(number))});
}

void StageControl::tick() {
    knob_.tick();
    for (auto& line : knob_.take_lines()) lines_.push_back(std::move(line));
}

std::vector<std::string> StageControl::status() const {
    const auto& rig = engine_.rig();
    std::string first;
    const auto add = [&](const std::string& part) { first += (first.empty() ? "" : "  ") + part; };
    if (const auto used = engine_.used_rig(); !rig.set.empty())
        add(fmt::format("rig {} of {}: {} (, .)", used + 1, rig.set.size(), rig.set[used]));
    const auto presets = commands_.presets();
    const auto preset = commands_.preset();
    if (preset) add(fmt::format("preset {} (b n)", presets[*preset].name));
    if (const auto next = next_preset_number(1); next && next != preset)
        add(fmt::format("next {}{}", presets[*next].name, preset ? "" : " (n)"));
    if (commands_.all_muted()) add("MUTED (m)");
    if (const auto moved = engine_.last_move(); moved.count > 0)
        add(fmt::format("moved: {} = {}", name_of(moved), moved.value));
    std::vector<std::string> lines;
    if (!first.empty()) lines.push_back(first);
    lines.push_back(knob_.status() + "  ? keys");
    return lines;
}

}  // namespace forerun
