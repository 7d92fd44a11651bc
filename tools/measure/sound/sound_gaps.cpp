#include "tools/measure/sound/sound_gaps.h"

#include <algorithm>
#include <cmath>

#include "tools/measure/sound/linear_prediction.h"

namespace forerun::measure {
namespace {

constexpr std::int64_t least_silent_frames = 8;
constexpr double silent_part = 1e-4;  // of the level
constexpr std::int64_t learned_frames = 48000;
constexpr std::int64_t part_frames = 4800;  // length of the parts whose largest residuals are compared
constexpr double usual_share = 0.95;        // of the parts
constexpr double step_residual = 2;         // times that of the middles of periods

class Search {
public:
    Search(std::span<const float> samples, std::int64_t period) : samples_(samples), period_(period) {}

    std::vector<SoundGap> found() {
        find_lost();
        find_silent();
        find_repeated();
        join();
        find_steps();
        std::sort(gaps_.begin(), gaps_.end(), by_frame);
        return gaps_;
    }

private:
    static bool by_frame(const SoundGap& a, const SoundGap& b) { return a.frame < b.frame; }
    float at(std::int64_t n) const { return samples_[static_cast<std::size_t>(n)]; }
    std::int64_t frames() const { return std::ssize(samples_); }

    template <typename Is>
    void find_runs(SoundGap::Kind kind, std::int64_t least, Is is) {
        for (std::int64_t n = 0; n < frames(); ++n) {
            const auto first = n;
            while (n < frames() && is(at(n))) ++n;
            if (n - first >= least) gaps_.push_back({kind, first, n - first});
        }
    }
    void find_lost() {
        find_runs(SoundGap::Kind::lost, 1, [](float s) { return std::isnan(s); });
    }
    void find_silent() {
        const double silent = silent_part * level_of(samples_);
        find_runs(SoundGap::Kind::silent, least_silent_frames, [&](float s) { return std::abs(s) <= silent; });
    }
    void find_repeated() {
        for (std::int64_t n = period_; n + period_ <= frames(); n += period_) {
            const auto block = samples_.subspan(static_cast<std::size_t>(n), static_cast<std::size_t>(period_));
            const auto before =
                samples_.subspan(static_cast<std::size_t>(n - period_), static_cast<std::size_t>(period_));
            if (std::equal(block.begin(), block.end(), before.begin()))
                gaps_.push_back({SoundGap::Kind::repeated, n, period_});
        }
    }
    // Joins gaps that overlap or touch.
    void join() {
        std::sort(gaps_.begin(), gaps_.end(), by_frame);
        std::vector<SoundGap> joined;
        for (const auto& gap : gaps_) {
            if (!joined.empty() && gap.frame <= joined.back().frame + joined.back().frames)
                joined.back().frames = std::max(joined.back().frames, gap.frame + gap.frames - joined.back().frame);
            else
                joined.push_back(gap);
        }
        gaps_ = std::move(joined);
    }

    void find_steps() {
        constexpr auto order = LinearPrediction::order;
        // The sound between gaps, for fitting the predictor and finding steps.
        std::vector<std::pair<std::int64_t, std::int64_t>> whole;
        std::int64_t from = 0;
        for (const auto& gap : gaps_) {
            whole.emplace_back(from, gap.frame);
            from = gap.frame + gap.frames;
        }
        whole.emplace_back(from, frames());
        const auto longest = *std::max_element(whole.begin(), whole.end(), [](const auto& a, const auto& b) {
            return a.second - a.first < b.second - b.first;
        });
        const auto learned = std::min(longest.second - longest.first, learned_frames);
        if (learned < 40 * order) return;
        const LinearPrediction prediction(
            samples_.subspan(static_cast<std::size_t>(longest.first), static_cast<std::size_t>(learned)));

        // A splice at an edge affects `order` samples.
        const auto is_middle = [&](std::int64_t n) { return period_ < 2 * order || n % period_ > order; };
        std::vector<double> most(static_cast<std::size_t>(frames() / part_frames) + 1);
        std::vector<std::pair<std::int64_t, double>> edges;
        for (const auto& [begin, end] : whole)
            for (auto n = begin + order; n < end; ++n) {
                const bool edge = n % period_ == 0;
                if (!edge && !is_middle(n)) continue;
                const double residual = std::abs(prediction.residual(samples_, n));
                if (edge) edges.emplace_back(n, residual);
                auto& top = most[static_cast<std::size_t>(n / part_frames)];
                if (!edge) top = std::max(top, residual);
            }
        std::erase(most, 0.0);
        if (most.empty()) return;
        const auto rank = static_cast<std::ptrdiff_t>(usual_share * static_cast<double>(most.size() - 1));
        std::nth_element(most.begin(), most.begin() + rank, most.end());
        const double usual = most[static_cast<std::size_t>(rank)];
        for (const auto& [n, residual] : edges)
            if (residual > step_residual * usual) gaps_.push_back({SoundGap::Kind::step, n, 1});
    }

    const std::span<const float> samples_;
    const std::int64_t period_;
    std::vector<SoundGap> gaps_;
};

}  // namespace

std::string_view name_of(SoundGap::Kind kind) {
    switch (kind) {
    case SoundGap::Kind::silent: return "silent";
    case SoundGap::Kind::repeated: return "repeated";
    case SoundGap::Kind::lost: return "lost";
    case SoundGap::Kind::step: return "step";
    }
    return "";
}

std::vector<SoundGap> sound_gaps(std::span<const float> samples, std::int64_t period_frames) {
    return Search(samples, period_frames).found();
}

double level_of(std::span<const float> samples) {
    double squares = 0;
    std::int64_t count = 0;
    for (const float s : samples) {
        if (std::isnan(s)) continue;
        squares += double{s} * double{s};
        ++count;
    }
    return count > 0 ? std::sqrt(squares / static_cast<double>(count)) : 0;
}

}  // namespace forerun::measure
