// What a script may send on: numbers, and none that have run away.
#pragma once

#include <cmath>
#include <cstdio>
#include <string>

namespace forerun {

inline constexpr float loudest_sample = 64.0f;  // 36 dB over full scale: a filter that blew up, not loud music

inline bool is_sane(float sample) { return std::fabs(sample) <= loudest_sample; }  // false for NaN

// The first that may not be sent on; nullptr when all may.
inline const float* first_insane(const float* samples, int frames) {
    for (int i = 0; i < frames; ++i)
        if (!is_sane(samples[i])) return samples + i;
    return nullptr;
}

// As messages have it. The sign of what is no number says nothing.
inline std::string sample_text(float sample) {
    if (std::isnan(sample)) return "nan";
    char text[32];
    std::snprintf(text, sizeof text, "%g", static_cast<double>(sample));
    return text;
}

// Copies `frames` samples, with silence for those that may not be sent on; false when there were any. Raises `peak` to the
// largest |sample|.
inline bool copy_sane(const float* from, int frames, float* to, float& peak) {
    bool all_sane = true;
    for (int i = 0; i < frames; ++i) {
        const float sample = from[i];
        const float size = std::fabs(sample);
        const bool sane = size <= loudest_sample;
        to[i] = sane ? sample : 0.0f;
        peak = sane && size > peak ? size : peak;
        all_sane &= sane;
    }
    return all_sane;
}

}  // namespace forerun
