// LuaJIT's messages in the words of the voice API.
#pragma once

#include <string>

namespace forerun {

// LuaJIT calls dsp objects by their C types: "'struct fr_decay &'" becomes "dsp.decay". Other text is left alone.
std::string in_script_words(std::string text);

}  // namespace forerun
