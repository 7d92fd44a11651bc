// Where the bundled scripts lie: the dsp library, voices and rigs.
#pragma once

#include <filesystem>
#include <vector>

namespace forerun {

// The folders that exist of these, in this order:
//   - those named in the environment variable FORERUN_PATH, separated by ":" (";" on Windows), whether they exist or not
//   - share/forerun beside the folder of the running program: <prefix>/bin/forerun finds <prefix>/share/forerun
//   - share/forerun of the prefix that Forerun was built for
//   - forerun in the folders of XDG_DATA_DIRS (/usr/local/share and /usr/share when it is not set)
//   - scripts/ of the source tree that the library was built from; for a program that runs in its build folder this comes
//     right after FORERUN_PATH, whatever else is installed
// [any thread; reads the environment]
std::vector<std::filesystem::path> default_script_path();

}  // namespace forerun
