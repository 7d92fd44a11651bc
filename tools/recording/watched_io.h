// The file under libsndfile, which does not report every failed write (never those at the end of a FLAC).
#pragma once

#include <sndfile.h>

#include <cerrno>
#include <filesystem>
#include <fstream>

namespace forerun {

// [one thread] Unbuffered, so that the file on disk is always up to date. The library's data may begin after a header of our own,
// which only read_at and write_at can access.
class WatchedIo {
public:
    explicit WatchedIo(std::streamoff head_bytes) : head_bytes_(head_bytes) {}

    // False when the file cannot be created; errno says why. Overwrites an existing file.
    bool open(const std::filesystem::path& path) {
        file_.pubsetbuf(nullptr, 0);
        return file_.open(path, std::ios::in | std::ios::out | std::ios::trunc | std::ios::binary) != nullptr;
    }
    // Seeks to the beginning of the library's data. False when that fails, or an earlier write did.
    bool begin() { return file_.pubseekpos(head_bytes_) == std::streampos(head_bytes_) && failure_ == 0; }
    bool close() { return file_.close() != nullptr; }

    // Reads or overwrites earlier bytes without moving the position. False on failure.
    bool read_at(std::streamoff place, unsigned char* bytes, std::streamsize count) {
        const auto back = file_.pubseekoff(0, std::ios::cur);
        const bool read = file_.pubseekpos(place) == std::streampos(place) &&
                          file_.sgetn(reinterpret_cast<char*>(bytes), count) == count;
        file_.pubseekpos(back);
        return read;
    }
    bool write_at(std::streamoff place, const unsigned char* bytes, std::streamsize count) {
        errno = 0;
        const auto back = file_.pubseekoff(0, std::ios::cur);
        const bool written = file_.pubseekpos(place) == std::streampos(place) &&
                             file_.sputn(reinterpret_cast<const char*>(bytes), count) == count;
        if (!written && failure_ == 0) failure_ = errno != 0 ? errno : EIO;
        file_.pubseekpos(back);
        return written;
    }

    // errno of the first write that failed, 0 when none did.
    int failure() const { return failure_; }

    // For sf_open_virtual, with this object as the user data.
    static SF_VIRTUAL_IO calls() { return {length, seek, read, write, tell}; }

private:
    static std::filebuf& file(void* self) { return static_cast<WatchedIo*>(self)->file_; }
    static std::streamoff head(void* self) { return static_cast<WatchedIo*>(self)->head_bytes_; }
    static sf_count_t tell(void* self) { return file(self).pubseekoff(0, std::ios::cur) - head(self); }
    static sf_count_t length(void* self) {
        const std::streamoff place = file(self).pubseekoff(0, std::ios::cur);
        const std::streamoff end = file(self).pubseekoff(0, std::ios::end);
        file(self).pubseekoff(place, std::ios::beg);
        return end - head(self);
    }
    static sf_count_t seek(sf_count_t offset, int whence, void* self) {
        const auto from = whence == SF_SEEK_SET ? std::ios::beg : whence == SF_SEEK_CUR ? std::ios::cur : std::ios::end;
        return file(self).pubseekoff(offset + (whence == SF_SEEK_SET ? head(self) : 0), from) - head(self);
    }
    static sf_count_t read(void* bytes, sf_count_t count, void* self) {
        return file(self).sgetn(static_cast<char*>(bytes), count);
    }
    static sf_count_t write(const void* bytes, sf_count_t count, void* self) {
        auto& io = *static_cast<WatchedIo*>(self);
        errno = 0;
        const sf_count_t written = io.file_.sputn(static_cast<const char*>(bytes), count);
        if (written != count && io.failure_ == 0) io.failure_ = errno != 0 ? errno : EIO;
        return written;
    }

    std::filebuf file_;
    std::streamoff head_bytes_;
    int failure_ = 0;
};

}  // namespace forerun
