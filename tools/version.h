// The program's version; the same as in CMakeLists.txt.
#pragma once

namespace forerun {

inline constexpr const char* program_version = "0.1.0";

}  // namespace forerun
