#include "tools/report/loopback_signal.h"

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>
#include <random>

namespace forerun {
namespace {

constexpr std::int64_t nearest_frames = 12000, farthest_frames = 20000;  // from burst to burst
constexpr std::int64_t reach_frames = 4800;  // a burst may lie so far from where most of them say
constexpr std::int64_t kernel_reach = 8;     // of the smoothing
constexpr double smoothing_frames = 1.5;     // its standard deviation
constexpr double least_gain = 1e-4;          // −80 dB: what is softer is not looked at
constexpr double least_above_noise = 8;      // times the standard deviation of what is no burst
constexpr double least_of_usual = 0.1;       // times the usual gain
constexpr double first_of_strongest = 0.5;   // −6 dB

using Complex = std::complex<double>;

// In place, length a power of two (J. W. Cooley, J. W. Tukey, Mathematics of Computation 19, 1965).
void transform(std::vector<Complex>& x, bool back) {
    const auto n = x.size();
    for (std::size_t i = 1, j = 0; i < n; ++i) {
        auto bit = n >> 1;
        for (; j & bit; bit >>= 1) j ^= bit;
        j ^= bit;
        if (i < j) std::swap(x[i], x[j]);
    }
    for (std::size_t length = 2; length <= n; length <<= 1) {
        const double angle = (back ? 2 : -2) * std::numbers::pi / static_cast<double>(length);
        std::vector<Complex> turn(length / 2);
        for (std::size_t k = 0; k < turn.size(); ++k) turn[k] = std::polar(1.0, angle * static_cast<double>(k));
        for (std::size_t i = 0; i < n; i += length)
            for (std::size_t k = 0; k < length / 2; ++k) {
                const auto odd = x[i + k + length / 2] * turn[k];
                x[i + k + length / 2] = x[i + k] - odd;
                x[i + k] += odd;
            }
    }
}

// At n: by how much of the burst the recording from n on consists, 1 where the very burst begins. Blocks that overlap by a
// burst (overlap-save).
std::vector<double> correlated(std::span<const float> recording, const std::vector<float>& burst) {
    constexpr std::size_t length = 1 << 14;
    constexpr auto step = length - static_cast<std::size_t>(burst_frames) + 1;
    std::vector<Complex> pattern(length);
    std::copy(burst.begin(), burst.end(), pattern.begin());
    transform(pattern, false);
    double energy = 0;
    for (const double s : burst) energy += s * s;

    std::vector<double> result(recording.size());
    std::vector<Complex> block(length);
    for (std::size_t at = 0; at < recording.size(); at += step) {
        std::fill(block.begin(), block.end(), Complex{});
        std::copy_n(recording.begin() + static_cast<std::ptrdiff_t>(at), std::min(length, recording.size() - at),
                    block.begin());
        transform(block, false);
        for (std::size_t k = 0; k < length; ++k) block[k] *= std::conj(pattern[k]);
        transform(block, true);
        for (std::size_t k = 0; k < std::min(step, recording.size() - at); ++k)
            result[at + k] = block[k].real() / (energy * static_cast<double>(length));
    }
    return result;
}

// The lag that most bursts speak for.
std::int64_t common_lag(const std::vector<double>& match, std::span<const std::int64_t> starts, std::int64_t most) {
    std::vector<double> sum(static_cast<std::size_t>(most) + 1);
    const auto end = std::ssize(match);
    for (const auto start : starts)
        for (std::int64_t lag = 0; lag <= most && start + lag < end; ++lag)
            sum[static_cast<std::size_t>(lag)] += std::abs(match[static_cast<std::size_t>(start + lag)]);
    return std::max_element(sum.begin(), sum.end()) - sum.begin();
}

// The first peak that is nearly as high as the highest, to a part of a frame.
std::optional<FoundBurst> first_peak(std::span<const double> match, std::int64_t from, std::int64_t start) {
    const auto loud = [&](std::size_t i) { return std::abs(match[i]); };
    double highest = 0;
    std::size_t top = 0;
    for (std::size_t i = 0; i < match.size(); ++i)
        if (loud(i) > highest) highest = loud(i), top = i;
    // The noise is judged without any peak: by the middle of what there is, 0.6745 standard deviations of a normal
    // distribution.
    std::vector<double> sizes(match.size());
    for (std::size_t i = 0; i < match.size(); ++i) sizes[i] = loud(i);
    std::nth_element(sizes.begin(), sizes.begin() + std::ssize(sizes) / 2, sizes.end());
    const double noise = sizes[sizes.size() / 2] / 0.6745;
    if (highest < least_gain || highest < least_above_noise * noise) return std::nullopt;

    for (std::size_t i = 1; i < top; ++i)
        if (loud(i) >= first_of_strongest * highest && loud(i) >= loud(i - 1) && loud(i) >= loud(i + 1)) {
            top = i;
            break;
        }
    FoundBurst found{static_cast<double>(from + static_cast<std::int64_t>(top) - start), match[top]};
    if (top == 0 || top + 1 == match.size() || loud(top - 1) <= 0 || loud(top + 1) <= 0) return found;
    const double before = std::log(loud(top - 1)), at = std::log(loud(top)), after = std::log(loud(top + 1));
    if (const double bend = before - 2 * at + after; bend < 0) {
        const double offset = std::clamp(0.5 * (before - after) / bend, -0.5, 0.5);
        found.latency_frames += offset;
        found.gain = std::copysign(std::exp(at - 0.25 * (before - after) * offset), match[top]);
    }
    return found;
}

}  // namespace

std::vector<float> loopback_burst() {
    std::vector<double> chips;
    for (unsigned state = 1, i = 0; i < 4095; ++i) {
        chips.push_back(state & 1 ? burst_level : -burst_level);
        const unsigned next = (state ^ (state >> 1) ^ (state >> 4) ^ (state >> 6)) & 1;
        state = (state >> 1) | (next << 11);
    }
    std::vector<double> kernel;
    double sum = 0;
    for (auto k = -kernel_reach; k <= kernel_reach; ++k) {
        const double x = static_cast<double>(k) / smoothing_frames;
        sum += kernel.emplace_back(std::exp(-0.5 * x * x));
    }
    std::vector<float> burst(static_cast<std::size_t>(burst_frames));
    for (std::size_t i = 0; i < chips.size(); ++i)
        for (std::size_t k = 0; k < kernel.size(); ++k) burst[i + k] += static_cast<float>(chips[i] * kernel[k] / sum);
    return burst;
}

std::vector<std::int64_t> burst_starts(std::int64_t frames, std::int64_t room_frames, std::uint64_t seed) {
    std::mt19937_64 random(seed);
    std::vector<std::int64_t> starts;
    for (std::int64_t at = nearest_frames / 4; at + burst_frames + room_frames <= frames;) {
        starts.push_back(at);
        at += nearest_frames + static_cast<std::int64_t>(random() % (farthest_frames - nearest_frames));
    }
    return starts;
}

std::vector<std::optional<FoundBurst>> find_bursts(std::span<const float> recording,
                                                   std::span<const std::int64_t> starts, std::int64_t most_frames) {
    const auto match = correlated(recording, loopback_burst());
    const auto lag = common_lag(match, starts, most_frames);
    std::vector<std::optional<FoundBurst>> found;
    std::vector<double> gains;
    for (const auto start : starts) {
        const auto from = std::clamp<std::int64_t>(start + lag - reach_frames, start, std::ssize(match));
        const auto to = std::clamp<std::int64_t>(start + lag + reach_frames, from, std::ssize(match));
        const std::span part(match.begin() + from, match.begin() + to);
        found.push_back(part.empty() ? std::nullopt : first_peak(part, from, start));
        if (found.back()) gains.push_back(std::abs(found.back()->gain));
    }
    if (gains.empty()) return found;
    std::nth_element(gains.begin(), gains.begin() + std::ssize(gains) / 2, gains.end());
    const double usual = gains[gains.size() / 2];
    for (auto& burst : found)
        if (burst && std::abs(burst->gain) < least_of_usual * usual) burst.reset();
    return found;
}

}  // namespace forerun
