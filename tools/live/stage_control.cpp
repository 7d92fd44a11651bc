#include "tools/live/stage_control.h"

#include <fmt/format.h>

#include <algorithm>

#include "shared/bad_input.h"
#include "shared/time/sample_clock.h"

namespace forerun {
namespace {

constexpr std::uint16_t reset_controllers = 121;

}  // namespace

StageControl::StageControl(Engine& engine, StageFile& file)
    : engine_(engine), file_(file), producer_(engine.make_producer()), knob_(engine, producer_, file) {
    for (const auto& preset : engine.rig().presets) presets_.push_back({preset.name, preset.rig});
    muted_instruments_.resize(engine.rig().instruments.size());
    solo_instruments_.resize(engine.rig().instruments.size());
}

bool StageControl::send(const Event& event, std::int64_t arrival) { return producer_.try_send(event, arrival); }

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
    case 'm': mute(); return true;
    case '-': toggle(EventKind::mute, muted_instruments_); return true;
    case 'i': toggle(EventKind::solo, solo_instruments_); return true;
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
    return "keys: backspace panic, m mute, - mute this instrument, i solo, n b presets, 1-9 a preset, 0 as the rig "
           "says, r keep as a preset, . , rigs, "
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

void StageControl::toggle(EventKind kind, std::vector<bool>& is_on) {
    const auto instrument = knob_.instrument();
    if (send({.kind = kind,
              .number = static_cast<std::uint16_t>(instrument + 1),
              .value = is_on[instrument] ? 0.0f : 1.0f},
             monotonic_nanoseconds()))
        is_on[instrument].flip();
}

void StageControl::mark(std::vector<PictureInstrument>& rows) const {
    const bool some_solo =
        std::find(solo_instruments_.begin(), solo_instruments_.end(), true) != solo_instruments_.end();
    for (auto& row : rows) {
        row.chosen = row.number == knob_.instrument();
        row.muted = muted_ || muted_instruments_[row.number];
        row.solo = solo_instruments_[row.number];
        if (row.muted || (some_solo && !row.solo)) row.peak_db = -200;  // of what is heard
    }
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

std::optional<std::size_t> StageControl::next_preset_number(int step) const {
    const auto rig = engine_.used_rig();
    std::vector<std::size_t> own;
    for (std::size_t p = 0; p < presets_.size(); ++p)
        if (presets_[p].rig == rig) own.push_back(p);
    if (own.empty()) return std::nullopt;
    const auto here = preset_ ? std::find(own.begin(), own.end(), *preset_) : own.end();
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

void StageControl::back_to_rig() {
    const auto now = monotonic_nanoseconds();
    const auto& state = engine_.state();
    const auto rig = engine_.newest_rig();
    const auto& instruments = rig->instruments;
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
    if (preset_) add(fmt::format("preset {} (b n)", presets_[*preset_].name));
    if (const auto next = next_preset_number(1); next && next != preset_)
        add(fmt::format("next {}{}", presets_[*next].name, preset_ ? "" : " (n)"));
    if (muted_) add("MUTED (m)");
    if (const auto moved = engine_.last_move(); moved.count > 0)
        add(fmt::format("moved: {} = {}", name_of(moved), moved.value));
    std::vector<std::string> lines;
    if (!first.empty()) lines.push_back(first);
    lines.push_back(knob_.status() + "  ? keys");
    return lines;
}

}  // namespace forerun
