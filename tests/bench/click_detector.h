// Finds clicks in a sound that is known to be smooth.
//
// The fourth difference of a sine of w radians per frame is w^4 of it: 2e-6 at 290 Hz and 48 kHz. A wrong splice stays what it
// is, so a step of a hundredth stands out a thousand times. What the engine may do is bounded as well, as part of the
// loudest sample close by:
//   a stolen or stopped voice fades over 256 frames, whose curvature jumps by (pi / 256)^2 / 2 = 7.5e-5, at both ends; four
//   voices at once whose sum is half as loud as each: 6e-4
//   gains (volume, pan, expression) go in straight lines whose corners lie on the 64-frame grid: a corner of a gain that
//   changes by c of itself is c / 64 there, twice that in the fourth difference, and as much again where the line before
//   went the other way. With c up to 0.5 (a reset while a flood is on): 0.03, in three differences of 64
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>
#include <vector>

namespace forerun::bench {

struct Click {
    std::int64_t frame = 0;
    double size = 0;  // times the bound
    bool on_grid = false;
};

class ClickDetector {
public:
    static constexpr double bound = 6e-4, grid_bound = 0.03, least = 3e-7;
    static constexpr std::int64_t apart_frames = 64;  // outliers that are closer are one click

    // Interleaved samples; the first has engine frame `first_frame`.
    std::vector<Click> clicks_in(std::span<const float> samples, int channels, std::int64_t first_frame = 0) {
        std::vector<Click> clicks;
        const auto frames = std::ssize(samples) / channels;
        for (int c = 0; c < channels; ++c) {
            const auto at = [&](std::int64_t frame) { return double{samples[frame * channels + c]}; };
            find_peaks(frames, at);
            for (std::int64_t n = 4; n < frames; ++n) {
                const double peak = near_[n / peak_frames];
                if (peak == 0) {
                    n |= peak_frames - 1;
                    continue;
                }
                const double d = std::abs(at(n) - 4 * at(n - 1) + 6 * at(n - 2) - 4 * at(n - 3) + at(n - 4));
                // A ramp's corner is the frame before a grid point.
                const bool on_grid = (first_frame + n) % 64 <= 2;
                auto& most = on_grid ? most_on_grid_ : most_;
                const double allowed = (on_grid ? grid_bound : bound) * peak + least;
                if (d > allowed)
                    clicks.push_back({first_frame + n - 2, d / allowed, on_grid});
                else
                    most = std::max(most, d / allowed);
            }
        }
        return joined(std::move(clicks));
    }
    // The greatest part of the bound that was used.
    double most() const { return most_; }
    double most_on_grid() const { return most_on_grid_; }

private:
    static constexpr std::int64_t peak_frames = 256, reach = 4;  // to either side: a period of the lowest key

    template <typename At>
    void find_peaks(std::int64_t frames, At at) {
        const auto blocks = (frames + peak_frames - 1) / peak_frames;
        std::vector<double> peaks(static_cast<std::size_t>(blocks));
        for (std::int64_t n = 0; n < frames; ++n) {
            auto& peak = peaks[n / peak_frames];
            peak = std::max(peak, std::abs(at(n)));
        }
        near_.assign(peaks.size(), 0);
        for (std::int64_t b = 0; b < blocks; ++b)
            for (auto other = std::max<std::int64_t>(0, b - reach); other <= std::min(blocks - 1, b + reach); ++other)
                near_[b] = std::max(near_[b], peaks[other]);
    }

    static std::vector<Click> joined(std::vector<Click> clicks) {
        std::sort(clicks.begin(), clicks.end(), [](const Click& a, const Click& b) { return a.frame < b.frame; });
        std::vector<Click> all;
        std::int64_t last = 0;
        for (const auto& click : clicks) {
            if (all.empty() || click.frame - last > apart_frames)
                all.push_back(click);
            else if (click.size > all.back().size)
                all.back().size = click.size, all.back().on_grid = click.on_grid;
            last = click.frame;
        }
        return all;
    }

    std::vector<double> near_;
    double most_ = 0, most_on_grid_ = 0;
};

}  // namespace forerun::bench
