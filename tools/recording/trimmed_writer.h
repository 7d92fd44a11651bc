// Writes sound to a file, but holds back silence until sound follows, so that the file ends with its last sound, regardless of
// the block size.
#pragma once

#include <cstdint>
#include <string>

#include "tools/recording/sound_file.h"

namespace forerun {

class TrimmedWriter {
public:
    TrimmedWriter(SoundFile& file, std::uint32_t channels) : file_(file), channels_(channels) {}

    // Interleaved. Throws std::runtime_error when the disk is full.
    void write(const float* samples, std::int64_t frames);

    // The file ends with its last sound, or at `least_frames` if that is later.
    void finish(std::int64_t least_frames);

    std::int64_t frames() const { return file_.frames(); }
    float peak() const { return peak_; }  // linear, of everything written

private:
    void write_silence(std::int64_t frames);
    void write_all(const float* samples, std::int64_t frames);

    SoundFile& file_;
    std::uint32_t channels_;
    std::int64_t held_frames_ = 0;
    float peak_ = 0;
};

}  // namespace forerun
