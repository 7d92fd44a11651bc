#include "rt-engine/commands.h"

#include <fmt/format.h>

#include <algorithm>

#include "shared/files/real_path.h"
#include "shared/time/sample_clock.h"

namespace forerun {
namespace {

constexpr std::uint16_t reset_controllers = 121;
constexpr std::size_t longest_list = 20;

// Which of `count` things was asked for. Throws BadInput, with the names of those that there are.
template <typename NameOf, typename IsPreferred>
std::size_t one_of(const NamedOne& which, const char* what, std::size_t count, NameOf name_of,
                   IsPreferred is_preferred) {
    if (which.number > 0 && which.number <= count) return which.number - 1;
    std::optional<std::size_t> found;
    std::string names;
    for (std::size_t i = 0; i < count; ++i) {
        if (i < longest_list) names += (names.empty() ? "" : ", ") + name_of(i);
        if (which.number > 0 || name_of(i) != which.name) continue;
        if (is_preferred(i)) return i;
        if (!found) found = i;
    }
    if (found) return *found;
    if (count > longest_list) names += fmt::format(" and {} more", count - longest_list);
    const auto wanted = which.number > 0 ? fmt::format("#{}", which.number) : which.name;
    throw BadInput(fmt::format("{} {}: there is none of this {}; {}", what, wanted,
                               which.number > 0 ? "number" : "name",
                               names.empty() ? "there is none at all" : "there are " + names));
}

}  // namespace

Commands::Commands(Engine& engine) : engine_(engine), producer_(engine.make_producer()) { read_rig(); }

void Commands::read_rig() {
    const auto& rig = engine_.rig();
    presets_.clear();
    preset_.reset();
    for (const auto& preset : rig.presets) presets_.push_back({preset.name, preset.rig});
    all_muted_ = false;
    muted_.assign(rig.instruments.size(), false);
    solo_.assign(rig.instruments.size(), false);
}

bool Commands::perform(const PlayerCommand& command) {
    check(command);
    if (command.kind == CommandKind::reload) {
        reload(command.text);
        return true;
    }
    const std::lock_guard lock(mutex_);
    if (command.kind != CommandKind::load) return perform_event(command);
    load(command.text);
    return true;
}

void Commands::load(const std::string& file) {
    if (engine_.is_started())
        throw BadInput("load " + file + ": the engine plays already; stop it, or switch to another rig of its set");
    if (engine_.is_rig(file))
        engine_.load_rig(file);
    else
        engine_.load_voice(file);
    read_rig();
}

// Only what the rig was read from: the text of whatever is reloaded stands in the session's log.
void Commands::reload(const std::string& file) {
    const auto real = real_path(file);
    const auto files = engine_.script_files();
    const bool is_read = std::ranges::any_of(files, [&](const auto& f) { return real_path(f) == real; });
    if (!is_read || engine_.reload(file) == 0)
        throw BadInput("reload " + file + ": what plays does not read this file");
}

bool Commands::perform_event(const PlayerCommand& c) {
    const auto value = static_cast<float>(c.value);
    const auto channel = c.channel;
    switch (c.kind) {
    case CommandKind::press:
        return send({.kind = EventKind::note_on, .channel = channel, .number = c.number, .value = value});
    case CommandKind::release: return send({.kind = EventKind::note_off, .channel = channel, .number = c.number});
    case CommandKind::release_all: return send({.kind = EventKind::all_notes_off, .channel = channel});
    case CommandKind::controller:
        return send({.kind = EventKind::controller, .channel = channel, .number = c.number, .value = value});
    case CommandKind::panic: return panic();
    case CommandKind::set: return set(c);
    case CommandKind::learn: return learn(c);
    case CommandKind::preset: return recall(preset_of(c));
    case CommandKind::as_rig: return back_to_rig();
    case CommandKind::keep: return keep(c.text);
    case CommandKind::rig:
        if (!send({.kind = EventKind::rig, .number = rig_of(c)})) return false;
        preset_.reset();
        return true;
    case CommandKind::mute: return mute(c);
    case CommandKind::solo: return solo(c);
    case CommandKind::load:
    case CommandKind::reload: break;
    }
    return false;
}

bool Commands::send(const Event& event) { return producer_.try_send(event, monotonic_nanoseconds()); }

bool Commands::panic() {
    bool sent = send({.kind = EventKind::all_sound_off, .channel = all_channels});
    for (std::uint8_t channel = 0; channel < 16; ++channel)
        sent &= send({.kind = EventKind::controller, .channel = channel, .number = reset_controllers});
    return sent;
}

bool Commands::set(const PlayerCommand& c) {
    return send({.kind = EventKind::parameter, .number = parameter_of(c), .value = static_cast<float>(c.value)});
}

bool Commands::learn(const PlayerCommand& c) {
    return send({.kind = EventKind::learn,
                 .channel = c.channel,
                 .number = parameter_of(c),
                 .value = static_cast<float>(c.number)});
}

bool Commands::mute(const PlayerCommand& c) {
    const bool everything = c.which == NamedOne();
    const std::uint16_t number = everything ? std::uint16_t{0} : static_cast<std::uint16_t>(instrument_of(c) + 1);
    if (!send({.kind = EventKind::mute, .number = number, .value = c.on ? 1.0f : 0.0f})) return false;
    if (everything)
        all_muted_ = c.on;
    else
        muted_[number - 1u] = c.on;
    return true;
}

bool Commands::solo(const PlayerCommand& c) {
    const auto instrument = instrument_of(c);
    if (!send({.kind = EventKind::solo,
               .number = static_cast<std::uint16_t>(instrument + 1),
               .value = c.on ? 1.0f : 0.0f}))
        return false;
    solo_[instrument] = c.on;
    return true;
}

// ---- Presets and rigs

bool Commands::recall(std::size_t number) {
    if (presets_[number].rig != engine_.used_rig())
        if (!send({.kind = EventKind::rig, .number = presets_[number].rig})) return false;
    if (!send({.kind = EventKind::preset, .number = static_cast<std::uint16_t>(number)})) return false;
    preset_ = number;
    return true;
}

bool Commands::back_to_rig() {
    bool sent = true;
    const auto rig = engine_.newest_rig();
    const auto& instruments = rig->instruments;
    for (std::uint32_t i = 0; i < instruments.size(); ++i)
        for (std::uint32_t p = 0; instruments[i].rig == engine_.used_rig() && p < instruments[i].parameters.size(); ++p)
            sent &= send({.kind = EventKind::parameter,
                          .number = static_cast<std::uint16_t>(engine_.state().node(i).first_parameter + p),
                          .value = instruments[i].parameters[p].value});
    preset_.reset();
    return sent;
}

bool Commands::keep(const std::string& name) {
    const auto number = presets_.size();
    if (std::ranges::any_of(presets_, [&](const auto& p) { return p.name == name; }))
        throw BadInput("keep " + name + ": there is a preset of this name; choose another");
    if (!send({.kind = EventKind::keep_preset, .number = static_cast<std::uint16_t>(number)})) return false;
    presets_.push_back({name, engine_.used_rig()});
    preset_ = number;
    return true;
}

// ---- Finding things by name

std::uint16_t Commands::instrument_of(const PlayerCommand& c) const {
    const auto& instruments = engine_.rig().instruments;
    // Rigs of a set may have instruments of the same name: the one that gets the notes is used.
    return static_cast<std::uint16_t>(one_of(
        c.which, "instrument", instruments.size(), [&](std::size_t i) { return instruments[i].name; },
        [&](std::size_t i) { return instruments[i].rig == engine_.used_rig(); }));
}

std::uint16_t Commands::parameter_of(const PlayerCommand& c) const {
    const auto instrument = instrument_of(c);
    const auto& parameters = engine_.rig().instruments[instrument].parameters;
    const auto parameter = one_of(
        c.parameter, "parameter", parameters.size(), [&](std::size_t p) { return parameters[p].name; },
        [](std::size_t) { return true; });
    return static_cast<std::uint16_t>(engine_.state().node(instrument).first_parameter + parameter);
}

std::size_t Commands::preset_of(const PlayerCommand& c) const {
    return one_of(
        c.which, "preset", presets_.size(), [&](std::size_t p) { return presets_[p].name; },
        [&](std::size_t p) { return presets_[p].rig == engine_.used_rig(); });
}

std::uint16_t Commands::rig_of(const PlayerCommand& c) const {
    const auto& set = engine_.rig().set;
    return static_cast<std::uint16_t>(one_of(
        c.which, "rig", set.size(), [&](std::size_t r) { return set[r]; }, [](std::size_t) { return true; }));
}

// ---- What came of it

std::vector<Commands::KnownPreset> Commands::presets() const {
    const std::lock_guard lock(mutex_);
    return presets_;
}
std::optional<std::size_t> Commands::preset() const {
    const std::lock_guard lock(mutex_);
    return preset_;
}
bool Commands::all_muted() const {
    const std::lock_guard lock(mutex_);
    return all_muted_;
}
bool Commands::is_muted(std::size_t instrument) const {
    const std::lock_guard lock(mutex_);
    return muted_.at(instrument);
}
bool Commands::is_solo(std::size_t instrument) const {
    const std::lock_guard lock(mutex_);
    return solo_.at(instrument);
}
bool Commands::some_solo() const {
    const std::lock_guard lock(mutex_);
    return std::ranges::find(solo_, true) != solo_.end();
}

}  // namespace forerun
