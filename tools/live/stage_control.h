// What the keys of the terminal do while playing, besides the piano:
//
//   backspace  panic               m  mute everything      q, Esc  end             ?  these keys
//   -          mute, i  solo: the instrument that is chosen, or was played last
//   n b        preset, the next, the one before            1 to 9  a preset        0  what the rig says
//   r          keep what the parameters are as a preset    . ,     rig of the set, the next, the one before
//   tab        instrument          up, down  parameter     left, right  its value
//   enter      learn: the next controller that is moved moves the parameter from now on
//
// Everything becomes commands (rt-engine/commands.h), as it would from elsewhere. Belongs to one thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "rt-engine/commands.h"
#include "rt-engine/forerun.h"
#include "tools/live/key_press.h"
#include "tools/live/live_picture.h"
#include "tools/live/parameter_knob.h"
#include "tools/live/stage_file.h"

namespace forerun {

class StageControl {
public:
    // The engine is started; its rig holds what the file holds.
    StageControl(const Engine& engine, Commands& commands, StageFile& file);

    // False: the key is not one of these.
    bool press(const KeyPress& key);
    // Looks at what the player does, a hundred times a second: learning, and which instrument is played.
    void tick();
    // Throws BadInput when there is no preset of this name.
    void recall(const std::string& name);

    bool end_requested() const { return end_requested_; }
    // What has happened, for the player to read, since the last call.
    std::vector<std::string> take_lines() { return std::exchange(lines_, {}); }
    // The state of all this, in two lines.
    std::vector<std::string> status() const;
    // The same for the rows of instruments.
    void mark(std::vector<PictureInstrument>& rows) const;
    static std::string keys();

private:
    bool character(char c);
    void panic();
    void toggle(CommandKind kind, bool is_on);
    std::optional<std::size_t> next_preset_number(int step) const;
    void recall(std::size_t number);
    void next_preset(int step);
    void nth_preset(std::size_t n);
    void keep();
    void next_rig(int step);

    const Engine& engine_;
    Commands& commands_;
    StageFile& file_;
    ParameterKnob knob_;
    bool end_requested_ = false;
    std::vector<std::string> lines_;
};

}  // namespace forerun
