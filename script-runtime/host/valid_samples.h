// Which samples of a script are valid: finite, and not far beyond full scale.
#pragma once

#include <cmath>
#include <cstdio>
#include <string>

namespace forerun {

inline constexpr float loudest_sample = 64.0f;  // 36 dB over full scale: a filter that blew up, not loud music

inline bool is_valid(float sample) { return std::fabs(sample) <= loudest_sample; }  // false for NaN

// The first invalid sample; nullptr if all are valid.
inline const float* first_invalid(const float* samples, int frames) {
    for (int i = 0; i < frames; ++i)
        if (!is_valid(samples[i])) return samples + i;
    return nullptr;
}

// For messages. The sign of a NaN is meaningless.
inline std::string sample_text(float sample) {
    if (std::isnan(sample)) return "nan";
    char text[32];
    std::snprintf(text, sizeof text, "%g", static_cast<double>(sample));
    return text;
}

// Copies `frames` samples, replacing invalid ones by silence; false if there were any. Raises `peak` to the largest |sample|.
inline bool copy_valid(const float* from, int frames, float* to, float& peak) {
    bool all_valid = true;
    for (int i = 0; i < frames; ++i) {
        const float sample = from[i];
        const float size = std::fabs(sample);
        const bool valid = size <= loudest_sample;
        to[i] = valid ? sample : 0.0f;
        peak = valid && size > peak ? size : peak;
        all_valid &= valid;
    }
    return all_valid;
}

}  // namespace forerun
