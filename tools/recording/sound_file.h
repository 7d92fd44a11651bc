// A sound file that is written block by block, through libsndfile.
//
// The same samples always give the same bytes: no time stamps. (Except .ogg and .opus, whose streams have random serial numbers.)
// The header is updated four times a second, so that even a program that is killed leaves a file that opens and holds the sound
// so far. A WAV that grows beyond 4 GiB becomes an RF64 (wav_header.h).
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "tools/recording/sound_file_format.h"
#include "tools/recording/wav_header.h"

namespace forerun {

class WatchedIo;

class SoundFile {
public:
    // Throws BadInput when the file cannot be created, or the format does not support the rate (always an integer). `name` stands
    // for the file in messages.
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
    void write_header();
    void write_flac_length();
    void write_empty_file();

    SoundFileFormat format_;
    WavHeader wav_;
    std::unique_ptr<WatchedIo> io_;
    void* file_ = nullptr;  // SNDFILE
    std::string name_;
    std::int64_t frames_ = 0;
    std::int64_t frames_between_headers_;
    std::int64_t next_header_;
    std::string error_;
};

}  // namespace forerun
