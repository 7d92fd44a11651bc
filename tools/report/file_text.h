// A file's bytes as text.
#pragma once

#include <filesystem>
#include <string>

#include "shared/files/file_bytes.h"

namespace forerun {

// Empty when it cannot be read, or is no plain file.
inline std::string text_of_file(const std::filesystem::path& file) {
    return try_read_file(file, std::size_t{1} << 30).text;
}

}  // namespace forerun
