// Where scripts are found: voices and rigs, in folders that users may extend, and the dsp library, which belongs to the program.
#pragma once

#include <filesystem>
#include <vector>

namespace forerun {

// Folders of voices and rigs, those that exist, in this order:
//   - those named in the environment variable FORERUN_PATH, separated by ":" (";" on Windows), whether they exist or not
//   - beside the running program: in a build folder those of its source tree (the link forerun-scripts leads there), else
//     <prefix>/bin/forerun finds <prefix>/share/forerun
//   - those of the CMake package that the program was linked with
//   - share/forerun of the prefix that Forerun was built for
//   - forerun in the folders of XDG_DATA_DIRS (/usr/local/share and /usr/share when it is not set)
// [any thread; reads the environment]
std::vector<std::filesystem::path> default_script_path();

// The folder of the dsp library (it has init.lua) that belongs to the running program; empty when there is none. The library
// runs outside the sandbox, so no variable of the environment names it. [any thread]
std::filesystem::path own_library();
// The folders that own_library() tries, in this order; for messages.
std::vector<std::filesystem::path> library_places();

// Registers a folder for all of the above, before main(): the CMake package compiles one into programs that link
// Forerun::forerun (cmake/package_scripts.cpp.in), because the installation prefix may be anywhere.
struct PackageScripts {
    explicit PackageScripts(const char* folder);
};

}  // namespace forerun
