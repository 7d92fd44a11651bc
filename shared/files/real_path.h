// Paths of files that may change at any time: nothing here throws, whatever is there (a link to itself, a deleted folder).
#pragma once

#include <filesystem>
#include <system_error>

namespace forerun {

// Unchanged if the working folder has been deleted.
inline std::filesystem::path absolute_path(const std::filesystem::path& path) {
    std::error_code failed;
    const auto absolute = std::filesystem::absolute(path, failed);
    return (failed ? path : absolute).lexically_normal();
}

// Without links, as far as they can be followed, and without a trailing slash.
inline std::filesystem::path real_path(const std::filesystem::path& path) {
    std::error_code failed;
    const auto absolute = absolute_path(path);
    auto real = std::filesystem::weakly_canonical(absolute, failed);
    if (failed) real = absolute;
    return real.has_filename() ? real : real.parent_path();
}

// Relative to the working folder; empty if that has been deleted or there is no such path. (std::filesystem::relative throws
// without a working folder.)
inline std::filesystem::path path_from_here(const std::filesystem::path& path) {
    std::error_code failed;
    const auto here = std::filesystem::current_path(failed);
    if (failed) return {};
    auto relative = std::filesystem::relative(path, here, failed);
    return failed ? std::filesystem::path() : relative;
}

}  // namespace forerun
