// A script's file, read whole. Whatever may lie at a path (a pipe that never ends, a device, a file of gigabytes) is refused in
// words and waits for nobody.
#pragma once

#include <filesystem>
#include <functional>
#include <string>

namespace forerun {

struct ScriptFile {
    std::string text;
    std::string error;  // what is wrong and what to do, without the name; empty: it was read
};
ScriptFile read_script_file(const std::filesystem::path& file);

// How a host reads: read_script_file, or another thread's.
using ReadScript = std::function<ScriptFile(const std::filesystem::path&)>;

}  // namespace forerun
