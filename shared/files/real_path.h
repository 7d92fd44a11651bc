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

// Without links, as far as they can be followed, and without a slash behind.
inline std::filesystem::path real_path(const std::filesystem::path& path) {
    std::error_code failed;
    const auto absolute = absolute_path(path);
    auto real = std::filesystem::weakly_canonical(absolute, failed);
    if (failed) real = absolute;
    return real.has_filename() ? real : real.parent_path();
}

// As it is named from the working folder; empty where that has gone, or no way leads there. (std::filesystem::relative throws
// without a working folder, whatever it is given.)
inline std::filesystem::path path_from_here(const std::filesystem::path& path) {
    std::error_code failed;
    const auto here = std::filesystem::current_path(failed);
    if (failed) return {};
    auto relative = std::filesystem::relative(path, here, failed);
    return failed ? std::filesystem::path() : relative;
}

}  // namespace forerun
