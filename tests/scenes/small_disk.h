// A disk of a test's own, gone with it. Where the test may not mount one, there() is false.
#pragma once

#include <sys/mount.h>
#undef BLOCK_SIZE  // a macro there, a name in ConcurrentQueue

#include <filesystem>
#include <utility>

namespace forerun {

class SmallDisk {
public:
    SmallDisk(std::filesystem::path folder, const char* size) : folder_(std::move(folder)) {
        std::filesystem::create_directories(folder_);
        there_ = mount("none", folder_.c_str(), "tmpfs", 0, size) == 0;
    }
    ~SmallDisk() {
        if (there_) umount2(folder_.c_str(), MNT_DETACH);
    }
    SmallDisk(const SmallDisk&) = delete;
    SmallDisk& operator=(const SmallDisk&) = delete;
    bool there() const { return there_; }

private:
    std::filesystem::path folder_;
    bool there_ = false;
};

}  // namespace forerun
