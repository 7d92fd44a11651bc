#pragma once

#include <string_view>

namespace forerun {

// The Lua files of script-runtime/lua, compiled into the program. `name` is the path below that folder without ".lua":
// "sandbox", "dsp/saw". Empty when there is no such file. Valid forever, and followed by a NUL. [any thread]
//
// The body is generated at build time, see cmake/embed-files.cmake.
std::string_view embedded_lua(std::string_view name);

}  // namespace forerun
