// Paths of files that change under us: nothing here throws, whatever lies there by now (a link to itself, a folder that went).
#pragma once

#include <filesystem>
#include <system_error>

namespace forerun {

// As it is where the working folder has gone.
inline std::filesystem::path absolute_path(const std::filesystem::path& path) {
    std::error_code failed;
    const auto absolute = std::filesystem::absolute(path, failed);
    return (failed ? path : absolute).lexically_normal();
}

// Without links, as far as they can be followed.
inline std::filesystem::path real_path(const std::filesystem::path& path) {
    std::error_code failed;
    const auto absolute = absolute_path(path);
    auto real = std::filesystem::weakly_canonical(absolute, failed);
    return failed ? absolute : real;
}

}  // namespace forerun
