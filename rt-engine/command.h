// What a player may ask of an engine that plays: one value, and one line of text for it. Keys of the terminal, a page and a
// program all say it so; Commands (commands.h) does it.
//
//   press KEY [VELOCITY [CHANNEL]]       a note: key 0..127, velocity 0..1 (default 0.8), channel 1..16 (default 1)
//   release KEY [CHANNEL]                let go of it
//   release-all [CHANNEL]                let go of every note of the channel
//   controller NUMBER VALUE [CHANNEL]    MIDI controller 0..127, value 0..1
//   panic                                every voice is silenced, controllers and pedals are reset
//   set INSTRUMENT PARAMETER VALUE       in the parameter's unit
//   learn INSTRUMENT PARAMETER NUMBER [CHANNEL]   the controller that moves it from now on; from 128 on NRPN 0 and up
//   preset PRESET                        parameters as the preset has them
//   as-rig                               parameters as the rig has them
//   keep NAME                            what the parameters are becomes one more preset
//   rig RIG                              which rig of a set the notes to come are for
//   mute all|INSTRUMENT on|off
//   solo INSTRUMENT on|off
//   load FILE                            a rig or a voice, before the engine has started
//   reload FILE                          a file of the rig has changed
//
// INSTRUMENT, PARAMETER, PRESET and RIG are a name, or # and a number counted from 1. What holds blanks, is empty, or would be taken for a
// number or a word of the table stands in double quotes, in which \" and \\ are a quote and a backslash.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "shared/bad_input.h"

namespace forerun {

enum class CommandKind : std::uint8_t {
    press,
    release,
    release_all,
    controller,
    panic,
    set,
    learn,
    preset,
    as_rig,
    keep,
    rig,
    mute,
    solo,
    load,
    reload,
};

// Something that the rig has several of: by its number, counted from 1, or, when that is 0, by its name.
struct NamedOne {
    std::uint32_t number = 0;
    std::string name;
    bool operator==(const NamedOne&) const = default;
};

struct PlayerCommand {
    CommandKind kind = CommandKind::panic;
    std::uint8_t channel = 0;  // 0..15
    std::uint16_t number = 0;  // key or controller, 0..127; of learn with NRPN behind
    double value = 0;          // velocity, a controller's or a parameter's value
    NamedOne which;            // instrument, preset or rig; of mute with no name: everything
    NamedOne parameter;        // of the instrument
    bool on = false;           // mute, solo
    std::string text;          // name of a kept preset, file
    bool operator==(const PlayerCommand&) const = default;
};

// A line from anywhere. Throws BadInput with what is wrong, and how the command is written.
PlayerCommand parse_command(std::string_view line);
// The line that gives this command. It must hold (see check).
std::string text_of(const PlayerCommand& command);
// Throws BadInput when a field is out of its range.
void check(const PlayerCommand& command);

// It reads a file of the given name: not for callers that may not choose files here.
inline bool names_a_file(CommandKind kind) { return kind == CommandKind::load || kind == CommandKind::reload; }

}  // namespace forerun
