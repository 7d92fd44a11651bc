// Copies a sound file with another gain, into any format.
#pragma once

#include <cstdint>
#include <filesystem>

#include "tools/recording/sound_file.h"

namespace forerun {

// `source` has float samples and the same channels. Throws std::runtime_error when it cannot be read or the disk is full; false
// if the user has stopped the program meanwhile.
bool copy_scaled(const std::filesystem::path& source, std::uint32_t channels, float gain, SoundFile& to);

}  // namespace forerun
