// A new folder in the system's temporary folder, removed by the destructor.
#pragma once

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <system_error>

namespace forerun {

class TemporaryFolder {
public:
    // Throws std::runtime_error.
    TemporaryFolder() {
        std::error_code error;
        const auto place = std::filesystem::temp_directory_path(error);
        if (error)
            throw std::runtime_error("there is no folder for temporary files (" + error.message() +
                                     "); set TMPDIR to one with room");
        auto name = (place / "forerun-XXXXXX").string();
        if (::mkdtemp(name.data()) == nullptr)
            throw std::runtime_error(name + ": cannot be made (" + std::strerror(errno) +
                                     "); set TMPDIR to a folder with room");
        path_ = name;
    }
    ~TemporaryFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

}  // namespace forerun
