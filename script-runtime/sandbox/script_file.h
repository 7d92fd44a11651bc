// Reads a script's file. Other things at its path (an endless pipe, a device, a file of gigabytes) are refused with a message,
// without blocking.
#pragma once

#include <filesystem>
#include <functional>
#include <string>

namespace forerun {

struct ScriptFile {
    std::string text;
    std::string error;  // what is wrong and what to do, without the file's name; empty: success
};
ScriptFile read_script_file(const std::filesystem::path& file);

// How a host reads files: read_script_file, or through another thread.
using ReadScript = std::function<ScriptFile(const std::filesystem::path&)>;

}  // namespace forerun
