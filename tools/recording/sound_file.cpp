#include "tools/recording/sound_file.h"

#include <sndfile.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>
#include <vector>

#include "shared/bad_input.h"
#include "tools/recording/watched_io.h"

namespace forerun {

namespace {

constexpr int headers_per_second = 4;

constexpr unsigned char nul_byte[] = {0};

constexpr std::int64_t most_flac_frames = (std::int64_t{1} << 36) - 1;

// Of Vorbis, Opus and MP3, which have different scales: about 190 kbit/s in stereo, which is nearly transparent.
constexpr double lossy_quality = 0.6;

std::string disk_error(int number, const char* otherwise) {
    return std::string("(") + (number ? std::strerror(number) : otherwise) + "); make room on the disk";
}

// A FLAC file without samples, for which the library writes nothing: the marker and a STREAMINFO. (RFC 9639, section 8.2)
std::vector<unsigned char> empty_flac(int rate_hz, std::uint32_t channels) {
    constexpr unsigned block_frames = 4096, bits = 24;
    std::vector<unsigned char> bytes = {'f', 'L', 'a', 'C', 0x80, 0, 0, 34};
    for (int i = 0; i < 2; ++i) bytes.insert(bytes.end(), {block_frames >> 8, block_frames & 0xff});
    bytes.insert(bytes.end(), 6, 0);  // sizes of frames: unknown
    const auto packed = static_cast<std::uint64_t>(rate_hz) << 44 | std::uint64_t{channels - 1} << 41 |
                        std::uint64_t{bits - 1} << 36;  // and the number of samples
    for (int i = 7; i >= 0; --i) bytes.push_back(static_cast<unsigned char>(packed >> (8 * i)));
    // MD5 of nothing
    for (const unsigned char byte :
         {0xd4, 0x1d, 0x8c, 0xd9, 0x8f, 0x00, 0xb2, 0x04, 0xe9, 0x80, 0x09, 0x98, 0xec, 0xf8, 0x42, 0x7e})
        bytes.push_back(byte);
    return bytes;
}

}  // namespace

SoundFile::SoundFile(const std::filesystem::path& path, SoundFileFormat format, int rate_hz, std::uint32_t channels,
                     std::string name)
    : format_(format),
      wav_{rate_hz, channels, format.samples == SampleFormat::float32, format.kind == SoundFileKind::rf64},
      io_(std::make_unique<WatchedIo>(format.is_wav() ? std::streamoff(wav_.bytes(0).size()) : 0)),
      name_(std::move(name)),
      frames_between_headers_(std::max(1, rate_hz / headers_per_second)),
      next_header_(frames_between_headers_) {
    require_rate(format, rate_hz, name_);
    SF_INFO info{};
    info.samplerate = rate_hz;
    info.channels = static_cast<int>(channels);
    info.format = format.libsndfile_format();
    errno = 0;
    auto calls = WatchedIo::calls();
    SNDFILE* file = nullptr;
    if (io_->open(path)) {
        write_header();
        file = io_->begin() ? sf_open_virtual(&calls, SFM_WRITE, &info, io_.get()) : nullptr;
    }
    if (!file) {
        const std::string reason = errno ? std::strerror(errno) : sf_strerror(nullptr);
        throw BadInput(name_ + " cannot be written (" + reason + "); choose another file");
    }
    file_ = file;
    sf_command(file, SFC_SET_CLIPPING, nullptr, SF_TRUE);
    double quality = lossy_quality;
    if (!format.is_wav() && format.kind != SoundFileKind::flac)
        sf_command(file, SFC_SET_VBR_ENCODING_QUALITY, &quality, sizeof quality);
}

SoundFile::~SoundFile() { close(); }

bool SoundFile::write(const float* samples, std::int64_t frames) {
    auto* file = static_cast<SNDFILE*>(file_);
    if (!file || !error_.empty()) return false;
    if (format_.kind == SoundFileKind::flac && frames_ + frames > most_flac_frames) {
        error_ = "(a FLAC file of so many frames is full); choose .rf64";
        return false;
    }
    const auto written = sf_writef_float(file, samples, frames);
    frames_ += written > 0 ? written : 0;
    if (written != frames || io_->failure() != 0) {
        error_ = disk_error(io_->failure(), sf_strerror(file));
        return false;
    }
    if (frames_ >= next_header_) {
        next_header_ = frames_ + frames_between_headers_;
        write_header();
    }
    return true;
}

void SoundFile::write_header() {
    if (format_.kind == SoundFileKind::flac) write_flac_length();
    if (!format_.is_wav()) return;
    const auto bytes = wav_.bytes(frames_);
    io_->write_at(0, bytes.data(), std::ssize(bytes));
}

// The library writes a FLAC file's length only when it is closed, and players take a file without it for endless. Samples that
// the encoder still buffers are not counted: up to a block, and one sample of look-ahead. (RFC 9639, section 8.2)
void SoundFile::write_flac_length() {
    constexpr std::streamoff stream_info_at = 8, total_at = stream_info_at + 13;
    unsigned char block[2], total[5];  // the upper half of total[0] belongs to the bits per sample
    if (!io_->read_at(stream_info_at, block, sizeof block) || !io_->read_at(total_at, total, sizeof total)) return;
    const std::int64_t block_frames = block[0] << 8 | block[1];
    if (block_frames == 0) return;
    const auto frames = (frames_ - 1) / block_frames * block_frames;
    total[0] = static_cast<unsigned char>((total[0] & 0xf0) | (frames >> 32 & 0x0f));
    for (int i = 1; i < 5; ++i) total[i] = static_cast<unsigned char>(frames >> (8 * (4 - i)) & 0xff);
    io_->write_at(total_at, total, sizeof total);
}

// Without samples the library would leave an empty file, which is not a sound file.
void SoundFile::write_empty_file() {
    if (format_.kind == SoundFileKind::flac) {
        const auto bytes = empty_flac(wav_.rate_hz, wav_.channels);
        io_->write_at(0, bytes.data(), std::ssize(bytes));
    } else {
        const std::vector<float> silence(wav_.channels);
        write(silence.data(), 1);  // MP3 and Opus files need at least one sample
    }
}

bool SoundFile::close() {
    auto* file = static_cast<SNDFILE*>(file_);
    if (!file) return error_.empty();
    if (frames_ == 0 && (format_.kind == SoundFileKind::mp3 || format_.kind == SoundFileKind::opus)) write_empty_file();
    file_ = nullptr;
    const bool closed = sf_close(file) == 0;
    if (frames_ == 0 && format_.kind == SoundFileKind::flac) write_empty_file();
    if (format_.is_wav()) {
        write_header();
        if (frames_ * wav_.bytes_per_frame() % 2 != 0) io_->write_at(wav_.file_bytes(frames_) - 1, nul_byte, 1);
    }
    errno = 0;
    const bool ended = io_->close();
    if (error_.empty() && (!closed || !ended || io_->failure() != 0))
        error_ = disk_error(io_->failure() != 0 ? io_->failure() : errno, "it could not be finished");
    return error_.empty();
}

}  // namespace forerun
