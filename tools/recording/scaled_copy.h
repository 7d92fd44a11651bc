// A sound file again, louder or softer, in whatever format the other one has.
#pragma once

#include <cstdint>
#include <filesystem>

#include "tools/recording/sound_file.h"

namespace forerun {

// Of `source`, a file of float samples with as many channels. Throws std::runtime_error when it cannot be read or the disk
// is full, and leaves off (false) when the user asks the program to stop.
bool copy_scaled(const std::filesystem::path& source, std::uint32_t channels, float gain, SoundFile& to);

}  // namespace forerun
