// Reads a whole file that may be anything: a pipe, a device, something that was cut off.
#pragma once

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <system_error>
#include <vector>

#include "shared/bad_input.h"

#if defined(__unix__) || defined(__APPLE__)
#include <fcntl.h>
#endif

namespace forerun {

// At most one byte more than `most_bytes`, so that the caller sees what is too long: a device has no size to ask for, nor
// an end. A pipe that nobody writes into is empty; one that has a writer is waited for. Throws BadInput. Not for the audio
// thread.
inline std::vector<std::uint8_t> read_file_bytes(const std::filesystem::path& path, std::size_t most_bytes) {
    const auto refuse = [&](const char* what, const char* advice) {
        throw BadInput(path.string() + ": cannot be " + what + " (" + std::generic_category().message(errno) + "); " +
                       advice);
    };
#if defined(__unix__) || defined(__APPLE__)
    // Opening a pipe would wait for a writer; reading one ends at once when there is none.
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (descriptor >= 0) ::fcntl(descriptor, F_SETFL, 0);
    std::FILE* opened = descriptor < 0 ? nullptr : ::fdopen(descriptor, "rb");
#else
    std::FILE* opened = std::fopen(path.string().c_str(), "rb");
#endif
    if (!opened) refuse("opened", "check the path");
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(opened, std::fclose);

    constexpr std::size_t piece = std::size_t{1} << 16;
    std::vector<std::uint8_t> bytes;
    while (bytes.size() <= most_bytes) {
        const auto old_size = bytes.size();
        bytes.resize(old_size + piece);
        const auto count = std::fread(&bytes[old_size], 1, piece, opened);
        bytes.resize(old_size + count);
        if (count == piece) continue;
        if (std::ferror(opened)) refuse("read", "check the disk");
        break;
    }
    return bytes;
}

}  // namespace forerun
