// Messages from scripts and LuaJIT, made fit for people: in the words of the voice API, and one line.
#pragma once

#include <string>
#include <string_view>

namespace forerun {

// LuaJIT calls dsp objects by their C types: "'struct fr_decay &'" becomes "dsp.decay". Other text is left alone.
std::string in_script_words(std::string text);

// Line ends and other control characters become spaces, what else cannot be shown (printable.h) a '?', and what is longer than
// 500 bytes is cut.
std::string one_line(std::string_view text);

}  // namespace forerun
