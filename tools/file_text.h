// A file's bytes as text.
#pragma once

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

namespace forerun {

// Empty when it cannot be read.
inline std::string text_of_file(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return in ? text.str() : std::string();
}

}  // namespace forerun
