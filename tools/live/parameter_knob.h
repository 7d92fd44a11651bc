// The parameter that the terminal's keys change: chosen, changed, and mapped to a controller (MIDI learn). Until one is chosen
// it follows the instrument that is played. Belongs to one thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "rt-engine/commands.h"
#include "rt-engine/forerun.h"
#include "tools/live/stage_file.h"

namespace forerun {

// "controller 74 on channel 1"
std::string name_of(const ControllerMove& move);

class ParameterKnob {
public:
    ParameterKnob(const Engine& engine, Commands& commands, StageFile& file)
        : engine_(engine), commands_(commands), file_(file) {}

    void choose_instrument(int step);
    void choose_parameter(int step);
    void turn(int step);
    // The next controller that is moved moves the chosen parameter; a second time: no, after all.
    void begin_learning();
    // A hundred times a second: has one been moved, which instrument is played?
    void tick();

    // The chosen one, or the one that was played last.
    std::uint32_t instrument() const { return chosen_.instrument; }
    std::string status() const;
    std::vector<std::string> take_lines() { return std::exchange(lines_, {}); }

private:
    struct Chosen {
        std::uint32_t instrument = 0;
        std::uint32_t parameter = 0;  // of the instrument
    };

    void choose_first();
    void learn(const ControllerMove& moved);
    PlayerCommand command_for_chosen(CommandKind kind) const;
    std::optional<std::uint32_t> chosen_parameter() const;  // in the parameter table

    const Engine& engine_;
    Commands& commands_;
    StageFile& file_;
    Chosen chosen_;
    bool chosen_by_hand_ = false;
    std::uint64_t newest_serial_ = 0;
    std::optional<std::uint32_t> learning_from_;  // the moves before the key
    std::vector<std::string> lines_;
};

}  // namespace forerun
