#include "tools/recording/output_place.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>
#ifdef __linux__
#include <linux/magic.h>
#include <sys/vfs.h>
#endif

#include <cerrno>
#include <cstring>
#include <random>
#include <system_error>

#include "shared/bad_input.h"
#include "tools/recording/output_file.h"

namespace forerun {

namespace fs = std::filesystem;

namespace {

constexpr int most_links = 40;  // as many as Linux follows

[[noreturn]] void refuse_place(const NamedFile& file, const std::string& why) {
    throw BadInput(file.option + " " + file.path.string() + ": " + why);
}

fs::path folder_of(const fs::path& path) { return path.has_parent_path() ? path.parent_path() : fs::path("."); }

// Links in this folder refer to descriptors of this process.
bool lies_in_proc(const fs::path& link) {
#ifdef __linux__
    struct statfs about {};
    return statfs(folder_of(link).c_str(), &about) == 0 && about.f_type == PROC_SUPER_MAGIC;
#else
    (void)link;
    return false;
#endif
}

// For example a single file mounted into a container.
bool is_mount_point(const fs::path& path) {
#if defined(__linux__) && defined(STATX_ATTR_MOUNT_ROOT)
    struct statx about {};
    return statx(AT_FDCWD, path.c_str(), 0, 0, &about) == 0 && (about.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0;
#else
    (void)path;
    return false;
#endif
}

// In a folder with the sticky bit (/tmp) only a file's owner may replace it.
bool belongs_to_others(const OutputPlace& place) {
    struct stat folder {};
    if (stat(place.folder().c_str(), &folder) != 0 || (folder.st_mode & S_ISVTX) == 0) return false;
    const auto me = geteuid();
    return me != 0 && me != place.owner && me != folder.st_uid;
}

// The target of a link; empty if this is not a link.
fs::path next_on_the_way(const fs::path& link) {
    std::error_code none;
    const auto target = fs::read_symlink(link, none);
    if (none) return {};
    return target.is_absolute() ? target : folder_of(link) / target;
}

}  // namespace

OutputPlace output_place(const NamedFile& file) {
    OutputPlace place{.path = file.path};
    // The system checks first: it may refuse to follow links of other users (in /tmp).
    struct stat about {};
    const bool there = stat(file.path.c_str(), &about) == 0;
    if (!there && errno == ELOOP) refuse_place(file, "is a link that leads back to itself; choose another file");
    if (!there && errno != ENOENT && errno != ENOTDIR)
        refuse_place(file, std::string("cannot be written (") + std::strerror(errno) + "); choose another file");
    bool descriptor = false;
    for (int links = 0; links < most_links; ++links) {
        const auto next = next_on_the_way(place.path);
        if (next.empty()) break;
        if (lies_in_proc(place.path)) {
            descriptor = true;
            break;
        }
        place.path = next;
    }
    if (!there) return place;
    place.mode = about.st_mode & 0777;
    place.owner = about.st_uid;
    place.group = about.st_gid;
    place.kind = S_ISDIR(about.st_mode)                  ? OutputPlace::Kind::folder
                 : descriptor || !S_ISREG(about.st_mode) ? OutputPlace::Kind::stream
                                                         : OutputPlace::Kind::file;
    return place;
}

fs::path resolved_path(fs::path path) {
    for (int links = 0; links < most_links; ++links) {
        auto next = next_on_the_way(path);
        if (next.empty()) break;
        path = std::move(next);
    }
    std::error_code error;
    const auto absolute = fs::absolute(path, error);
    auto canonical = fs::weakly_canonical(error ? path : absolute, error);
    return error ? path : canonical;
}

void require_replaceable(const NamedFile& file, const OutputPlace& place) {
    std::error_code ignored;
    const auto folder = place.folder();
    const auto way = place.path == file.path ? std::string() : ", where it links to";
    if (!fs::is_directory(folder, ignored)) {
        if (fs::exists(folder, ignored))
            refuse_place(file, folder.string() + " is no directory" + way + "; choose another file");
        refuse_place(file, "there is no directory " + folder.string() + way + "; make it first");
    }
    if (place.kind == OutputPlace::Kind::file) {
        if (faccessat(AT_FDCWD, place.path.c_str(), W_OK, AT_EACCESS) != 0)
            refuse_place(file, std::string("cannot be written (") + std::strerror(errno) + "); choose another file");
        if (belongs_to_others(place))
            refuse_place(file,
                         "belongs to somebody else, in a folder where only they may replace it; choose another file");
        if (is_mount_point(place.path))
            refuse_place(file, "is mounted there by itself and cannot be replaced; choose another file");
    }
    fs::path probe;
    const int made = make_temporary_file(folder, "", 0600, probe);
    if (made < 0)
        refuse_place(file, std::string("cannot be written (") + std::strerror(errno) + "); choose another file");
    close(made);
    fs::remove(probe, ignored);
}

int make_temporary_file(const fs::path& folder, const std::string& ending, mode_t mode, fs::path& made) {
    constexpr int most_tries = 100;
    std::random_device random;
    for (int i = 0; i < most_tries; ++i) {
        made = folder / fmt::format(".forerun-{:08x}{}", random(), ending);
        const int descriptor = open(made.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
        if (descriptor >= 0 || errno != EEXIST) return descriptor;
    }
    return -1;
}

}  // namespace forerun
