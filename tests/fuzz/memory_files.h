// A disk in memory for the fuzz targets.
//
// memory_files.cpp has its own Sandbox::read() and shown_path(), and is linked before the script runtime's, so that an
// input is a file without a system call: a file that was put here, or else one of the disk, read once.
#pragma once

#include <string>
#include <string_view>

namespace forerun::fuzz {

inline constexpr const char* memory_folder = FORERUN_SOURCE_DIR "/tests/fuzz/voices";

// The file `name` in memory_folder, which real files stand in, too.
void put_file(const std::string& name, std::string_view text);
std::string file_path(const std::string& name);

}  // namespace forerun::fuzz
