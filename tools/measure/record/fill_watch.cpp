#include "tools/measure/record/fill_watch.h"

#include <algorithm>
#include <numeric>

namespace forerun::measure {

void FillWatch::look(std::int64_t now, int second) {
    sampler_.sample();
    for (const auto& voice : sampler_.voices()) {
        if (voice.ended) continue;
        auto& slot = slots_[voice.slot];
        slot.lately.push_back({voice.serial, {now, voice.fill_frames}});
        while (slot.lately.front().second.nanoseconds < now - kept_nanoseconds) slot.lately.pop_front();
        if (second < 0) continue;
        if (slot.window.voice != voice.serial || slot.window.second != second) {
            close(slot);
            slot.window = {.second = second, .voice = voice.serial, .slot = voice.slot, .instrument = voice.instrument};
        }
        slot.fills.push_back(voice.fill_frames);
        const auto quality = engine_.state().worker_voice(voice.slot).quality.load(std::memory_order_relaxed);
        slot.window.least_quality = std::min(slot.window.least_quality, quality);
    }
}

void FillWatch::close(Slot& slot) {
    auto& fills = slot.fills;
    if (fills.empty()) return;
    std::sort(fills.begin(), fills.end());
    auto& w = slot.window;
    w.fill_min_frames = fills.front();
    w.fill_p1_frames = fills[fills.size() / 100];
    w.fill_mean_frames = std::accumulate(fills.begin(), fills.end(), 0.0) / static_cast<double>(fills.size());
    w.looks = static_cast<std::uint32_t>(fills.size());
    windows_.push_back(w);
    fills.clear();
}

void FillWatch::finish() {
    for (auto& slot : slots_) close(slot);
    std::sort(windows_.begin(), windows_.end(), [](const Window& a, const Window& b) {
        return a.second != b.second ? a.second < b.second : a.voice < b.voice;
    });
}

std::vector<FillWatch::Look> FillWatch::lately(std::uint32_t slot, std::uint64_t voice, std::int64_t from) const {
    std::vector<Look> looks;
    for (const auto& [serial, look] : slots_[slot].lately)
        if (serial == voice && look.nanoseconds >= from) looks.push_back(look);
    return looks;
}

}  // namespace forerun::measure
