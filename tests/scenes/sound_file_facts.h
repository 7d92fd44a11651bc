// What a sound file holds, read by libsndfile to its last frame.
#pragma once

#include <sndfile.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <vector>

namespace forerun {

struct SoundFileFacts {
    bool opens = false;  // and holds as many frames as its header says
    std::int64_t frames = 0;
    int format = 0;
    float peak = 0;
    std::vector<float> samples;  // interleaved
};

inline SoundFileFacts facts_of(const std::filesystem::path& file) {
    SF_INFO info{};
    SNDFILE* sound = sf_open(file.c_str(), SFM_READ, &info);
    if (!sound) return {};
    SoundFileFacts facts{true, 0, info.format, 0, {}};
    std::vector<float> some(static_cast<std::size_t>(4096 * info.channels));
    for (sf_count_t n; (n = sf_readf_float(sound, some.data(), 4096)) > 0;) {
        facts.frames += n;
        for (sf_count_t i = 0; i < n * info.channels; ++i)
            facts.peak = std::max(facts.peak, std::abs(some[static_cast<std::size_t>(i)]));
        facts.samples.insert(facts.samples.end(), some.begin(), some.begin() + n * info.channels);
    }
    if (facts.frames != info.frames) facts.opens = false;
    sf_close(sound);
    return facts;
}

}  // namespace forerun
