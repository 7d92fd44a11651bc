// SHA-256, as sha256sum gives it. By nettle.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>

namespace forerun {

using Sha256 = std::array<std::uint8_t, 32>;

Sha256 sha256_of(std::span<const std::byte> first, std::span<const std::byte> second = {});
std::string hex(const Sha256& digest);

// Empty when the file cannot be read.
std::string sha256_of_file(const std::filesystem::path& file);

}  // namespace forerun
