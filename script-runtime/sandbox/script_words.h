// Makes messages from scripts and LuaJIT readable: in the terms of the voice API, and on one line.
#pragma once

#include <string>
#include <string_view>

namespace forerun {

// LuaJIT calls dsp objects by their C types: "'struct fr_decay &'" becomes "dsp.decay". Other text is unchanged.
std::string in_script_words(std::string text);

// Replaces control characters by spaces and other unprintable characters (printable.h) by '?', and cuts after 500 bytes.
std::string one_line(std::string_view text);

}  // namespace forerun
