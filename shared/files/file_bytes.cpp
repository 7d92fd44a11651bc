#include "shared/files/file_bytes.h"

#include <cerrno>
#include <cstdio>
#include <memory>
#include <system_error>

#include "shared/bad_input.h"

#if defined(__unix__) || defined(__APPLE__)
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#endif

namespace forerun {
namespace {

using File = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

#if defined(__unix__) || defined(__APPLE__)

// Opening a pipe would wait for a writer, and a terminal must not become our controlling terminal.
File opened(const std::filesystem::path& file) {
    const int descriptor = ::open(file.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (descriptor >= 0) ::fcntl(descriptor, F_SETFL, 0);
    std::FILE* stream = descriptor < 0 ? nullptr : ::fdopen(descriptor, "rb");
    if (descriptor >= 0 && !stream) ::close(descriptor);
    return {stream, std::fclose};
}

bool is_regular(const File& file) {
    struct stat facts {};
    return ::fstat(::fileno(file.get()), &facts) == 0 && S_ISREG(facts.st_mode);
}

#else

File opened(const std::filesystem::path& file) { return {std::fopen(file.string().c_str(), "rb"), std::fclose}; }
bool is_regular(const File&) { return true; }

#endif

// At most `most_bytes` + 1, regardless of the stated size: files of /proc have none. False: errno says why.
template <typename Bytes>
bool read_some(const File& file, std::size_t most_bytes, Bytes& bytes) {
    constexpr std::size_t piece = std::size_t{1} << 16;
    while (bytes.size() <= most_bytes) {
        const auto old_size = bytes.size();
        bytes.resize(old_size + piece);
        const auto count = std::fread(&bytes[old_size], 1, piece, file.get());
        bytes.resize(old_size + count);
        if (count < piece) return std::ferror(file.get()) == 0;
    }
    bytes.resize(most_bytes + 1);
    return true;
}

BadInput refused(const std::filesystem::path& file, const char* what, int error, const char* advice) {
    return BadInput(file.string() + ": cannot be " + what + " (" + std::generic_category().message(error) + "); " +
                    advice);
}

}  // namespace

FileText try_read_file(const std::filesystem::path& path, std::size_t most_bytes) {
    FileText result;
    const auto file = opened(path);
    if (!file) {
        result.error = errno;
        std::error_code failed;
        const auto status = std::filesystem::status(path, failed);
        if (!std::filesystem::exists(status) && result.error == ENOENT) return result;
        // A socket, or a device file without a device, cannot be opened at all.
        result.found = result.error == ENXIO ? FileText::Found::other_kind : FileText::Found::unreadable;
        return result;
    }
    if (!is_regular(file)) {
        result.found = FileText::Found::other_kind;
        return result;
    }
    if (!read_some(file, most_bytes, result.text)) {
        result.error = errno;
        result.found = FileText::Found::unreadable;
    } else if (result.text.size() > most_bytes) {
        result.found = FileText::Found::too_long;
    } else {
        result.found = FileText::Found::text;
        return result;
    }
    result.text.clear();
    return result;
}

std::string read_file(const std::filesystem::path& path, std::size_t most_bytes) {
    auto read = try_read_file(path, most_bytes);
    switch (read.found) {
    case FileText::Found::text: break;
    case FileText::Found::nothing: throw refused(path, "opened", ENOENT, "check the path");
    case FileText::Found::unreadable: throw refused(path, "read", read.error, "check its permissions and the disk");
    case FileText::Found::other_kind:
        throw BadInput(path.string() + ": cannot be read (it is a folder, a device or a pipe); give a plain file");
    case FileText::Found::too_long: {
        const bool small = most_bytes < (std::size_t{1} << 20);
        throw BadInput(path.string() + ": is longer than " + std::to_string(most_bytes >> (small ? 10 : 20)) +
                       (small ? " KiB" : " MiB") + ", which no such file is; check which file it is");
    }
    }
    return std::move(read.text);
}

std::string first_bytes(const std::filesystem::path& path, std::size_t most_bytes) {
    std::string bytes;
    if (const auto file = opened(path); file && is_regular(file)) {
        bytes.resize(most_bytes);
        bytes.resize(std::fread(bytes.data(), 1, most_bytes, file.get()));
    }
    return bytes;
}

std::vector<std::uint8_t> read_file_or_stream(const std::filesystem::path& path, std::size_t most_bytes) {
    const auto file = opened(path);
    if (!file) throw refused(path, "opened", errno, "check the path");
    std::vector<std::uint8_t> bytes;
    if (!read_some(file, most_bytes, bytes)) throw refused(path, "read", errno, "check the disk");
    return bytes;
}

bool made_by_owner_of(const std::filesystem::path& file, const std::filesystem::path& link) {
#if defined(__unix__) || defined(__APPLE__)
    struct stat of_file {
    }, of_link{};
    if (::stat(file.c_str(), &of_file) != 0 || ::lstat(link.c_str(), &of_link) != 0) return false;
    return of_link.st_uid == of_file.st_uid || of_link.st_uid == 0;
#else
    return std::filesystem::exists(file) && std::filesystem::exists(link);
#endif
}

}  // namespace forerun
