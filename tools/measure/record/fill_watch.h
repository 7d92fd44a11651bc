// How full each voice's ring was: per second of the measurement (a line of windows.csv), and recently, for the plot of a
// dropout. Sampled from outside, about every millisecond: between two samples a ring may have been emptier.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "tools/report/fill_sampler.h"

namespace forerun::measure {

struct Window {
    int second = 0;  // of the measurement, from 0
    std::uint64_t voice = 0;
    std::uint32_t slot = 0;
    std::uint16_t instrument = 0;
    std::int64_t fill_min_frames = 0, fill_p1_frames = 0;
    double fill_mean_frames = 0;
    std::uint32_t looks = 0;
    std::uint32_t least_quality = 2;  // 2 full, 1 reduced, 0 least
};

class FillWatch {
public:
    explicit FillWatch(const Engine& engine)
        : engine_(engine), sampler_(engine), slots_(engine.state().header().slots) {}

    // Looks at every voice. `second` of the measurement; below 0: not yet measuring, nothing is kept for windows.
    void look(std::int64_t now_nanoseconds, int second);
    // The measurement is over.
    void finish();
    const std::vector<Window>& windows() const { return windows_; }

    struct Look {
        std::int64_t nanoseconds = 0, fill_frames = 0;
    };
    // Of the last seconds, of one voice.
    std::vector<Look> lately(std::uint32_t slot, std::uint64_t voice, std::int64_t from_nanoseconds) const;

private:
    static constexpr std::int64_t kept_nanoseconds = 3'000'000'000;
    struct Slot {
        Window window;  // voice 0: none
        std::vector<std::int64_t> fills;
        std::deque<std::pair<std::uint64_t, Look>> lately;  // with the voice
    };
    void close(Slot& slot);

    const Engine& engine_;
    FillSampler sampler_;
    std::vector<Slot> slots_;
    std::vector<Window> windows_;
};

}  // namespace forerun::measure
