// A rig file: a Lua table of instruments with their channels, and buses.
//
//   return {
//       name = "band", master_gain_db = -6,
//       buses = { { name = "main", gain_db = 0, output = 1 } },
//       instruments = {
//           { name = "bass", voice = "voices/bass", channel = 1, programs = { 32, 39 }, priority = 60, polyphony = 4,
//             steal = "oldest", bus = "main", gain_db = -3, pan = 0, transpose = 0, bend_range = 2,
//             parameters = { cutoff = 1200 } },
//       },
//   }
//
// channel: 1..16, a list of them, or "all" (which is also the default). programs: MIDI program numbers, 0..127. output: the
// first of the bus's two output channels, 1..8. steal: oldest, quietest, same, none. Fields that an
// instrument leaves out come from its voice.
#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "shared/rig/rig.h"

struct lua_State;

namespace forerun {

// Finds and describes the voice that an instrument names. Throws BadInput; its message follows the instrument's name.
using DescribeVoice = std::function<InstrumentDescription(const std::string& voice)>;

// The text of a file that the rig names (a scale), and its name in messages. Throws BadInput.
struct NamedText {
    std::string text, shown;
};
using ReadText = std::function<NamedText(const std::string& file)>;

// Reads the table at the top of the stack. `shown` is the file's name in messages. Throws BadInput.
Rig read_rig(lua_State* lua, const std::string& shown, const DescribeVoice& describe, const ReadText& read_text);

}  // namespace forerun
