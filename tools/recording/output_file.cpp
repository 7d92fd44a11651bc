#include "tools/recording/output_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <optional>
#include <stdexcept>
#include <system_error>

#include "shared/bad_input.h"
#include "tools/recording/output_place.h"

namespace forerun {

namespace fs = std::filesystem;

namespace {

constexpr mode_t mode_of_new_files = 0666;  // minus the umask
constexpr std::size_t longest_kept_ending = 8;

[[noreturn]] void refuse(const NamedFile& file, const std::string& why) {
    throw BadInput(file.option + " " + file.path.string() + ": " + why);
}

bool same_file(const fs::path& a, const fs::path& b) {
    std::error_code error;
    return fs::equivalent(a, b, error) || resolved_path(a) == resolved_path(b);
}

// So that a file left by a killed program can be recognised.
std::string ending_of(const fs::path& place) {
    auto ending = place.extension().string();
    return ending.size() <= longest_kept_ending ? ending : std::string();
}

// As far as the system allows: replacing another user's file changes its owner.
void be_like(const OutputPlace& old, int descriptor) {
    struct stat about {};
    if (fstat(descriptor, &about) == 0 && (about.st_uid != old.owner || about.st_gid != old.group) &&
        fchown(descriptor, old.owner, old.group) != 0 && fchown(descriptor, static_cast<uid_t>(-1), old.group) != 0)
        errno = 0;
    if (fchmod(descriptor, old.mode) != 0) errno = 0;
}

}  // namespace

void require_sound_output(const NamedFile& file) {
    const auto place = output_place(file);
    if (place.kind == OutputPlace::Kind::folder) refuse(file, "is a directory; name a file");
    if (place.kind == OutputPlace::Kind::stream)
        refuse(file, "is a device or a pipe, which holds no sound file; name a file");
    require_replaceable(file, place);
}

void require_text_output(const NamedFile& file) {
    const auto place = output_place(file);
    if (place.kind == OutputPlace::Kind::folder) refuse(file, "is a directory; name a file");
    if (place.takes_a_file()) return require_replaceable(file, place);
    // A pipe that is already open is reached through a link in /proc or /dev/fd; opening any other would wait for a reader.
    std::error_code ignored;
    if (fs::is_fifo(fs::symlink_status(place.path, ignored)))
        refuse(file, "is a device or a pipe that nobody reads yet; name a file or /dev/stdout");
}

void require_takes_files(const NamedFile& folder) {
    fs::path probe;
    const int made = make_temporary_file(folder.path, "", 0600, probe);
    if (made < 0)
        refuse(folder, std::string("no file can be made there (") + std::strerror(errno) + "); choose another folder");
    close(made);
    std::error_code ignored;
    fs::remove(probe, ignored);
}

void require_different(const std::vector<NamedFile>& outputs, const std::vector<NamedFile>& inputs) {
    for (std::size_t i = 0; i < outputs.size(); ++i) {
        if (!output_place(outputs[i]).takes_a_file()) continue;
        for (const auto& input : inputs)
            if (same_file(outputs[i].path, input.path))
                refuse(outputs[i], "would overwrite " + input.option + "; choose another file");
        for (std::size_t j = 0; j < i; ++j)
            if (same_file(outputs[i].path, outputs[j].path))
                refuse(outputs[i], "would overwrite " + outputs[j].option + "; choose another file");
    }
}

void write_text(const NamedFile& file, const std::string& text) {
    const bool replaces = output_place(file).takes_a_file();
    std::optional<OutputFile> whole;
    if (replaces) whole.emplace(file, OutputFile::Until::whole);
    errno = 0;
    // Appends to a file that the shell has opened; makes no difference for a device.
    std::ofstream out(whole ? whole->path() : file.path, std::ios::binary | (whole ? std::ios::trunc : std::ios::app));
    out << text;
    out.close();
    if (!out)
        throw std::runtime_error(file.option + " " + file.path.string() + ": cannot be written (" +
                                 (errno ? std::strerror(errno) : "unknown reason") +
                                 "); make room there or choose another file");
    if (whole) whole->keep();
}

OutputFile::OutputFile(const NamedFile& wanted, Until until) : wanted_(wanted.path) {
    const auto place = output_place(wanted);
    place_ = place.path;
    if (!place.takes_a_file()) refuse(wanted, "is no file; name another one");
    if (until == Until::recorded && place.kind == OutputPlace::Kind::free) {
        path_ = place_;
        descriptor_ = open(path_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode_of_new_files);
    }
    // Otherwise, or if the name has just been taken.
    if (descriptor_ < 0) {
        const bool old = place.kind == OutputPlace::Kind::file;
        descriptor_ = make_temporary_file(place.folder(), ending_of(place_), old ? 0600 : mode_of_new_files, path_);
        if (descriptor_ < 0)
            refuse(wanted, std::string("cannot be written (") + std::strerror(errno) + "); choose another file");
        if (old) be_like(place, descriptor_);
    }
}

OutputFile::~OutputFile() {
    std::error_code ignored;
    if (!kept_ && is_there()) fs::remove(path_, ignored);
    close(descriptor_);
}

bool OutputFile::is_there() const {
    struct stat mine {
    }, found{};
    return fstat(descriptor_, &mine) == 0 && lstat(path_.c_str(), &found) == 0 && mine.st_dev == found.st_dev &&
           mine.st_ino == found.st_ino;
}

void OutputFile::keep() {
    if (!is_there())
        throw std::runtime_error(wanted_.string() +
                                 " was deleted or moved while it was written; leave it until the end");
    kept_ = true;
    std::error_code error;
    if (path_ != place_) fs::rename(path_, place_, error);
    if (error)
        throw std::runtime_error(wanted_.string() + " cannot be replaced (" + error.message() +
                                 "); what was written is " + path_.string());
}

}  // namespace forerun
