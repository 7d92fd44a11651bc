// Which sample answers which message: the first that has left the level that was there when the message came.
//
// Levels are constant in between to the bit, so a change of 1e-4 is a change. A message counts as answered when a step of
// at least 0.05 stands in front of the next one: that is sent only when this one must be over.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <vector>

namespace forerun::bench {

struct Answer {
    bool answered = false;
    std::int64_t frame = 0;
    std::int64_t moving_frames = 0;  // from the first changed sample to the last; 0: a step, else a crossfade
};

// To the message that came at `came`, in front of `next`.
inline Answer answer_in(const std::vector<float>& samples, std::int64_t came, std::int64_t next) {
    constexpr float moved = 1e-4f, least_step = 0.05f;
    const auto at = [&](std::int64_t frame) { return samples[static_cast<std::size_t>(frame)]; };
    next = std::min(next, static_cast<std::int64_t>(samples.size()));
    // NaN: not recorded.
    if (came < 1 || came >= next || !(std::abs(at(next - 1) - at(came - 1)) >= least_step)) return {};
    auto first = came;
    while (std::abs(at(first) - at(came - 1)) <= moved) ++first;
    if (std::isnan(at(first))) return {};
    auto last = next - 1;
    while (last > first && std::abs(at(last - 1) - at(next - 1)) <= moved) --last;
    return {true, first, last - first};
}

// Of the echo's samples: the frame at which each message came, in order.
inline std::vector<std::int64_t> arrivals_in(const std::vector<float>& samples) {
    std::vector<std::int64_t> frames;
    for (std::size_t f = 0; f < samples.size(); ++f)
        while (samples[f] > static_cast<float>(frames.size())) frames.push_back(static_cast<std::int64_t>(f));
    return frames;
}

struct Spread {
    std::vector<std::int64_t> sorted;

    void add(std::int64_t frames) { sorted.insert(std::upper_bound(sorted.begin(), sorted.end(), frames), frames); }
    std::size_t count() const { return sorted.size(); }
    std::int64_t least() const { return sorted.empty() ? 0 : sorted.front(); }
    std::int64_t most() const { return sorted.empty() ? 0 : sorted.back(); }
    // The least value that is not below so much of them.
    std::int64_t percentile(double percent) const {
        if (sorted.empty()) return 0;
        const auto rank = std::ceil(percent / 100 * static_cast<double>(sorted.size()));
        return sorted[static_cast<std::size_t>(std::max(rank, 1.0)) - 1];
    }
    // How many are not what most are.
    std::size_t deviating() const {
        std::map<std::int64_t, std::size_t> times;
        std::size_t most_times = 0;
        for (const auto value : sorted) most_times = std::max(most_times, ++times[value]);
        return sorted.size() - most_times;
    }
};

}  // namespace forerun::bench
