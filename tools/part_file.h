// A file that is written beside the name that was asked for and takes that name only when it is whole.
#pragma once

#include <filesystem>
#include <system_error>
#include <utility>

#include "shared/bad_input.h"

namespace forerun {

class PartFile {
public:
    explicit PartFile(std::filesystem::path wanted) : wanted_(std::move(wanted)), part_(wanted_.string() + ".part") {}
    // Removes the part unless it was kept.
    ~PartFile() {
        std::error_code ignored;
        if (!kept_) std::filesystem::remove(part_, ignored);
    }
    PartFile(const PartFile&) = delete;
    PartFile& operator=(const PartFile&) = delete;

    const std::filesystem::path& path() const { return part_; }

    // The file is closed and whole: renames it. Throws BadInput.
    void keep() {
        std::error_code error;
        std::filesystem::rename(part_, wanted_, error);
        if (error)
            throw BadInput(wanted_.string() + " cannot be written (" + error.message() + "); choose another file");
        kept_ = true;
    }

private:
    std::filesystem::path wanted_;
    std::filesystem::path part_;
    bool kept_ = false;
};

}  // namespace forerun
