// Peak and RMS of up to eight channels, published about ten times a second.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <utility>

#include "rt-engine/mixer/mix_kernels.h"
#include "shared/state_lines.h"

namespace forerun {

// Belongs to the audio thread; readers look at the Meter, whose values are linear and may be of neighbouring periods.
class LevelMeter {
public:
    void measure(std::uint32_t channel, const float* samples, std::int64_t frames) noexcept {
        kernels::measure(samples, frames, levels_[channel]);
    }

    // Over the `frames` frames since the last publication; those that were not measured count as silence.
    void publish(Meter& meter, std::uint32_t channels, std::int64_t frames) noexcept {
        for (std::uint32_t c = 0; c < channels; ++c) {
            const kernels::Levels& levels = levels_[c];
            meter.peak[c].store(*std::max_element(levels.peaks, levels.peaks + levels.lanes),
                                std::memory_order_relaxed);
            const double squares = std::accumulate(levels.squares, levels.squares + levels.lanes, 0.0);
            const double mean = squares / static_cast<double>(frames);
            const double rms = std::isfinite(mean) ? std::sqrt(mean) : 0.0;
            meter.rms[c].store(static_cast<float>(rms), std::memory_order_relaxed);
        }
        *this = {};
    }

private:
    std::array<kernels::Levels, max_channels> levels_{};
};

// When meters are published: what has been measured is counted in frames, over blocks of any size.
class MeterPeriod {
public:
    explicit MeterPeriod(double rate_hz)
        : period_frames_(std::max<std::int64_t>(1, static_cast<std::int64_t>(rate_hz) / per_second)) {}

    // So many more were measured. Those since the last publication when the next one is due, else 0.
    std::int64_t add(std::int64_t frames) noexcept {
        measured_frames_ += frames;
        return measured_frames_ < period_frames_ ? 0 : std::exchange(measured_frames_, 0);
    }

private:
    static constexpr std::int64_t per_second = 10;

    std::int64_t period_frames_;
    std::int64_t measured_frames_ = 0;
};

}  // namespace forerun
