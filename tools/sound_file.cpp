#include "tools/sound_file.h"

#include <sndfile.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "shared/bad_input.h"
#include "tools/watched_io.h"

namespace forerun {

namespace {

constexpr std::int64_t most_wav_bytes =
    (std::int64_t{1} << 32) - 4096;  // its sizes have 32 bits; the rest is the header's

constexpr int headers_per_second = 4;

constexpr int most_flac_rate_of_any_kind_hz = 65535;  // above, its header counts in tens

std::string disk_error(int number, const char* otherwise) {
    return std::string("(") + (number ? std::strerror(number) : otherwise) + "); make room on the disk";
}

}  // namespace

SoundFileFormat sound_file_format(const std::filesystem::path& path, const std::string& option, bool want_float,
                                  bool want_pcm24) {
    auto extension = path.extension().string();
    for (auto& c : extension)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
    if (extension == ".wav" || extension == ".wave")
        return {false, want_pcm24 ? SampleFormat::pcm24 : SampleFormat::float32};
    if (extension == ".flac") {
        if (want_float)
            throw BadInput(option + " " + path.string() +
                           ": FLAC has no float samples; leave out --float or choose .wav");
        return {true, SampleFormat::pcm24};
    }
    throw BadInput(option + " " + path.string() + ": the name must end in .wav or .flac");
}

SoundFile::SoundFile(const std::filesystem::path& path, SoundFileFormat format, int rate_hz, std::uint32_t channels,
                     std::string name)
    : io_(std::make_unique<WatchedIo>()),
      name_(std::move(name)),
      channels_(channels),
      most_frames_(format.flac ? (std::int64_t{1} << 36) - 1
                               : most_wav_bytes / (channels * (format.samples == SampleFormat::float32 ? 4 : 3))),
      flac_(format.flac),
      frames_between_headers_(std::max(1, rate_hz / headers_per_second)),
      next_header_(frames_between_headers_) {
    if (format.flac && rate_hz > most_flac_rate_of_any_kind_hz && rate_hz % 10 != 0)
        throw BadInput(name_ + ": FLAC holds no rate of " + std::to_string(rate_hz) +
                       " Hz; choose another --rate or .wav");
    SF_INFO info{};
    info.samplerate = rate_hz;
    info.channels = static_cast<int>(channels);
    info.format = (format.flac ? SF_FORMAT_FLAC : SF_FORMAT_WAV) |
                  (format.samples == SampleFormat::float32 ? SF_FORMAT_FLOAT : SF_FORMAT_PCM_24);
    errno = 0;
    auto calls = WatchedIo::calls();
    auto* file = io_->open(path) ? sf_open_virtual(&calls, SFM_WRITE, &info, io_.get()) : nullptr;
    if (!file) {
        const std::string reason = errno ? std::strerror(errno) : sf_strerror(nullptr);
        throw BadInput(name_ + " cannot be written (" + reason + "); choose another file");
    }
    file_ = file;
    sf_command(file, SFC_SET_ADD_PEAK_CHUNK, nullptr, SF_FALSE);  // it holds the time of day
    sf_command(file, SFC_SET_CLIPPING, nullptr, SF_TRUE);
}

SoundFile::~SoundFile() { close(); }

bool SoundFile::write(const float* samples, std::int64_t frames) {
    auto* file = static_cast<SNDFILE*>(file_);
    if (!file || !error_.empty()) return false;
    if (frames_ + frames > most_frames_) {
        error_ = "(a WAV file ends at 4 GiB); choose .flac";
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
        if (flac_)
            tell_flac_length();
        else
            sf_command(file, SFC_UPDATE_HEADER_NOW, nullptr, 0);
    }
    return true;
}

// The library writes a FLAC file's length when it is closed, and programs take a file without one for endless. What the
// encoder holds back is not counted: up to a block, and the sample that it looks ahead. (RFC 9639, section 8.2)
void SoundFile::tell_flac_length() {
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

bool SoundFile::close() {
    auto* file = static_cast<SNDFILE*>(file_);
    if (!file) return error_.empty();
    file_ = nullptr;
    const bool closed = sf_close(file) == 0;
    errno = 0;
    const bool ended = io_->close();
    if (error_.empty() && (!closed || !ended || io_->failure() != 0))
        error_ = disk_error(io_->failure() != 0 ? io_->failure() : errno, "it could not be finished");
    return error_.empty();
}

}  // namespace forerun
