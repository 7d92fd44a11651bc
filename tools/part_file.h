// A file that is written beside the name that was asked for and takes that name only when it is whole.
#pragma once

#include <filesystem>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace forerun {

class PartFile {
public:
    explicit PartFile(std::filesystem::path wanted) : wanted_(std::move(wanted)), part_(part_of(wanted_)) {}
    // Removes the part unless it was kept.
    ~PartFile() {
        std::error_code ignored;
        if (!kept_) std::filesystem::remove(part_, ignored);
    }
    PartFile(const PartFile&) = delete;
    PartFile& operator=(const PartFile&) = delete;

    static std::filesystem::path part_of(const std::filesystem::path& wanted) { return wanted.string() + ".part"; }
    const std::filesystem::path& path() const { return part_; }

    // The file is closed and whole: renames it. Throws std::runtime_error.
    void keep() {
        std::error_code error;
        std::filesystem::rename(part_, wanted_, error);
        if (error)
            throw std::runtime_error(wanted_.string() + " cannot be written (" + error.message() +
                                     "); choose another file");
        kept_ = true;
    }

private:
    std::filesystem::path wanted_;
    std::filesystem::path part_;
    bool kept_ = false;
};

}  // namespace forerun
