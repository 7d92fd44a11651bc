// Executes commands (command.h) on an engine, and keeps what the engine does not show: mutes, presets, the preset recalled
// last. One per engine, shared by all that control it: the keys of the terminal, a page, a program.
//
// Notes, values, presets, rigs and mutes become events, so they are logged and replayed like played ones.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rt-engine/command.h"
#include "rt-engine/forerun.h"

namespace forerun {

// [any thread but audio; calls wait for each other]
class Commands {
public:
    // The engine outlives it. What has been loaded by now counts, and what a `load` brings.
    explicit Commands(Engine& engine);
    Commands(const Commands&) = delete;
    Commands& operator=(const Commands&) = delete;

    // False: the engine takes no event just now (its queue is full); nothing has changed. Throws BadInput: the command does not
    // hold, there is no such instrument, preset, rig or parameter, or a file cannot be used. `load` and `reload` take as long as
    // compiling and warming does.
    bool perform(const PlayerCommand& command);
    // A line from anywhere.
    bool perform(std::string_view line) { return perform(parse_command(line)); }

    struct KnownPreset {
        std::string name;
        std::uint16_t rig = 0;  // of the set
    };
    std::vector<KnownPreset> presets() const;   // the rig's and those that were kept
    std::optional<std::size_t> preset() const;  // the one that was recalled or kept last; none: as the rig says

    bool all_muted() const;
    bool is_muted(std::size_t instrument) const;
    bool is_solo(std::size_t instrument) const;
    bool some_solo() const;

private:
    void read_rig();
    void load(const std::string& file);
    void reload(const std::string& file);
    bool perform_event(const PlayerCommand& command);
    bool send(const Event& event);
    bool panic();
    bool set(const PlayerCommand& command);
    bool learn(const PlayerCommand& command);
    std::uint16_t parameter_of(const PlayerCommand& command) const;
    bool mute(const PlayerCommand& command);
    bool solo(const PlayerCommand& command);
    bool recall(std::size_t number);
    bool back_to_rig();
    bool keep(const std::string& name);
    std::uint16_t instrument_of(const PlayerCommand& command) const;
    std::size_t preset_of(const PlayerCommand& command) const;
    std::uint16_t rig_of(const PlayerCommand& command) const;

    Engine& engine_;
    mutable std::mutex mutex_;  // of what follows
    Producer producer_;
    std::vector<KnownPreset> presets_;
    std::optional<std::size_t> preset_;
    bool all_muted_ = false;
    std::vector<bool> muted_, solo_;  // by instrument
};

}  // namespace forerun
