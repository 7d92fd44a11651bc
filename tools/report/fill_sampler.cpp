#include "tools/report/fill_sampler.h"

#include <algorithm>

namespace forerun {

void FillSampler::sample() {
    take_voices(engine_, voices_);
    ++samples_;
    for (const auto& voice : voices_) {
        auto& least = current_[voice.slot];
        if (least.serial != voice.serial && least.serial != 0) {
            past_.push_back(least);
            least = {};
        }
        if (voice.ended || voice.stopped) continue;
        if (least.serial == 0 || voice.fill_frames < least.frames)
            least = {voice.serial, voice.instrument, voice.channel, voice.key, voice.fill_frames};
    }
}

std::vector<LeastFill> FillSampler::least() const {
    auto all = past_;
    for (const auto& voice : current_)
        if (voice.serial != 0) all.push_back(voice);
    std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.serial < b.serial; });
    return all;
}

}  // namespace forerun
