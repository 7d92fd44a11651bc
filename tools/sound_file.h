// A WAV or FLAC file that is written piece by piece, through libsndfile.
//
// The same samples always give the same bytes: no time stamps. The header is brought up to date four times a second, so that
// even a program that is killed leaves a file that opens and holds what was played up to then. A WAV ends at 4 GiB, which is three hours of stereo float.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

namespace forerun {

class WatchedIo;

enum class SampleFormat { float32, pcm24 };

struct SoundFileFormat {
    bool flac = false;
    SampleFormat samples = SampleFormat::float32;
};

// By extension: .wav (float unless pcm24 is asked for) or .flac (24-bit). Throws BadInput naming `option`.
SoundFileFormat sound_file_format(const std::filesystem::path& path, const std::string& option, bool want_float,
                                  bool want_pcm24);

class SoundFile {
public:
    // Throws BadInput when the file cannot be made, or the format has no such rate. rate_hz is a whole number in every
    // file format. `name` is what messages call the file.
    SoundFile(const std::filesystem::path& path, SoundFileFormat format, int rate_hz, std::uint32_t channels,
              std::string name);
    ~SoundFile();
    SoundFile(const SoundFile&) = delete;
    SoundFile& operator=(const SoundFile&) = delete;

    // Interleaved. False when the disk or the format is full: error() says why and what to do, and the file is valid up to
    // there.
    bool write(const float* samples, std::int64_t frames);

    // Finishes the file. False when that failed. Idempotent; nothing may be written afterwards.
    bool close();

    std::int64_t frames() const { return frames_; }
    const std::string& name() const { return name_; }
    const std::string& error() const { return error_; }

private:
    void tell_flac_length();

    std::unique_ptr<WatchedIo> io_;
    void* file_ = nullptr;  // SNDFILE
    std::string name_;
    std::uint32_t channels_;
    std::int64_t frames_ = 0;
    std::int64_t most_frames_;  // that the format holds
    bool flac_;
    std::int64_t frames_between_headers_;
    std::int64_t next_header_;
    std::string error_;
};

}  // namespace forerun
