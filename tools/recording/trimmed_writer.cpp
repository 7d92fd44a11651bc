#include "tools/recording/trimmed_writer.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <vector>

namespace forerun {

void TrimmedWriter::write(const float* samples, std::int64_t frames) {
    std::int64_t sounding = 0;  // frames up to and with the last one that is not silent
    for (std::int64_t i = 0; i < frames * channels_; ++i) {
        if (samples[i] == 0) continue;
        peak_ = std::max(peak_, std::abs(samples[i]));
        sounding = i / channels_ + 1;
    }
    if (sounding > 0) {
        write_silence(held_frames_);
        held_frames_ = 0;
        write_all(samples, sounding);
    }
    held_frames_ += frames - sounding;
}

void TrimmedWriter::finish(std::int64_t least_frames) {
    write_silence(std::min(held_frames_, least_frames - file_.frames()));
    held_frames_ = 0;
}

void TrimmedWriter::write_silence(std::int64_t frames) {
    constexpr std::int64_t piece = 4096;
    const std::vector<float> silence(static_cast<std::size_t>(std::clamp<std::int64_t>(frames, 0, piece)) * channels_);
    for (; frames > 0; frames -= piece) write_all(silence.data(), std::min(frames, piece));
}

void TrimmedWriter::write_all(const float* samples, std::int64_t frames) {
    if (!file_.write(samples, frames)) throw std::runtime_error(file_.name() + " cannot be written " + file_.error());
}

}  // namespace forerun
