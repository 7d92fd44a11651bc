#include "tools/measure/sound/sound_evidence.h"

#include <algorithm>
#include <cmath>

#include "shared/time/quantum.h"

namespace forerun::measure {
namespace {

using Ranges = std::vector<ExplainedFrames>;

// The last frame of the fade-in has weight 1, so it equals the intended sound.
ExplainedFrames heard_of(const CountedGap& gap) {
    const auto fade_in_frames = gap.comes_back ? fade_frames - 1 : 0;
    return {gap.frame - gap.fade_out_frames, gap.frame + gap.frames + fade_in_frames};
}

// Sorted, those that touch joined, cut to the signal.
Ranges joined(Ranges ranges, std::int64_t frames) {
    std::ranges::sort(ranges, {}, &ExplainedFrames::from);
    Ranges result;
    for (auto range : ranges) {
        range = {std::max<std::int64_t>(0, range.from), std::min(frames, range.to)};
        if (range.from >= range.to) continue;
        if (!result.empty() && range.from <= result.back().to)
            result.back().to = std::max(result.back().to, range.to);
        else
            result.push_back(range);
    }
    return result;
}

bool any_in(const Ranges& joined_ranges, std::int64_t from, std::int64_t to) {
    const auto behind = std::ranges::upper_bound(joined_ranges, from, {}, &ExplainedFrames::to);
    return behind != joined_ranges.end() && behind->from < to;
}

class Comparison {
public:
    Comparison(std::span<const float> heard, std::span<const float> intended, std::uint32_t channels)
        : heard_(heard), intended_(intended), channels_(channels), frames_(std::ssize(heard) / channels) {}

    double distance(std::int64_t frame) const {
        double most = 0;
        for (std::uint32_t c = 0; c < channels_; ++c) {
            const auto i = static_cast<std::size_t>(frame * channels_ + c);
            if (heard_[i] == intended_[i]) continue;
            const double d = std::fabs(static_cast<double>(heard_[i]) - static_cast<double>(intended_[i]));
            most = std::max(most, std::isnan(d) ? HUGE_VAL : d);
        }
        return most;
    }
    double step(std::int64_t frame) const {
        double most = 0;
        for (std::uint32_t c = 0; c < channels_ && frame > 0; ++c) {
            const auto i = static_cast<std::size_t>(frame * channels_ + c);
            most =
                std::max(most, std::fabs(static_cast<double>(heard_[i]) - static_cast<double>(heard_[i - channels_])));
        }
        return most;
    }
    std::int64_t frames() const { return frames_; }

private:
    std::span<const float> heard_, intended_;
    std::int64_t channels_;
    std::int64_t frames_;
};

void find_stretches(const Comparison& sound, const Ranges& explained, SoundEvidence& e) {
    auto range = explained.begin();
    for (std::int64_t frame = 0; frame < sound.frames(); ++frame) {
        if (sound.distance(frame) == 0) continue;
        ++e.differing_frames;
        while (range != explained.end() && range->to <= frame) ++range;
        if (range == explained.end() || range->from > frame) {
            if (e.unexplained_frames++ == 0) e.first_unexplained_frame = frame;
        }
        if (!e.stretches.empty() && frame - e.stretches.back().to < fade_frames)
            e.stretches.back().to = frame + 1;
        else
            e.stretches.push_back({frame, frame + 1});
    }
}

// A stretch's steps are those into it, within it, and out of it.
void find_steps(const Comparison& sound, SoundEvidence& e) {
    auto stretch = e.stretches.begin();
    for (std::int64_t frame = 1; frame < sound.frames(); ++frame) {
        while (stretch != e.stretches.end() && stretch->to < frame) ++stretch;
        auto& most = stretch != e.stretches.end() && stretch->from <= frame ? e.largest_step : e.usual_step;
        most = std::max(most, sound.step(frame));
    }
}

void find_splices(const Comparison& sound, const Ranges& explained, SoundEvidence& e) {
    for (std::size_t i = 0; i < explained.size(); ++i) {
        auto end = std::min(sound.frames(), explained[i].to + fade_frames);
        if (i + 1 < explained.size()) end = std::min(end, explained[i + 1].from);
        for (auto frame = explained[i].to; frame < end; ++frame)
            e.splice_error = std::max(e.splice_error, sound.distance(frame));
    }
}

void find_incidents(const Comparison& sound, const Ranges& incidents, const Ranges& late, SoundEvidence& e) {
    e.incidents = incidents.size();
    for (const auto& incident : incidents) {
        auto first = incident.from, last = incident.to - 1;
        while (first <= last && sound.distance(first) == 0) ++first;
        while (last > first && sound.distance(last) == 0) --last;
        if (first > last) continue;
        ++e.incidents_heard;
        if (!any_in(late, incident.from, incident.to))
            e.length_errors.push_back(last + 1 - first - (incident.to - incident.from));
    }
}

}  // namespace

SoundEvidence sound_evidence(std::span<const float> heard, std::span<const float> intended, std::uint32_t channels,
                             const std::vector<CountedGap>& gaps, const std::vector<ExplainedFrames>& late_switches,
                             const std::vector<ExplainedFrames>& elsewhere) {
    const Comparison sound(heard, intended, channels);
    SoundEvidence e;
    e.frames = sound.frames();
    Ranges counted;
    for (const auto& gap : gaps) counted.push_back(heard_of(gap));
    Ranges everything = counted;
    everything.insert(everything.end(), late_switches.begin(), late_switches.end());
    everything.insert(everything.end(), elsewhere.begin(), elsewhere.end());
    const auto explained = joined(everything, e.frames), incidents = joined(counted, e.frames),
               late = joined(late_switches, e.frames);

    find_stretches(sound, explained, e);
    for (auto& stretch : e.stretches) {
        stretch.of_gap = any_in(incidents, stretch.from, stretch.to);
        stretch.of_late_switch = any_in(late, stretch.from, stretch.to);
    }
    find_incidents(sound, incidents, late, e);
    find_steps(sound, e);
    find_splices(sound, explained, e);
    return e;
}

Json json_of(const SoundEvidence& e) {
    const auto count = [&](auto is_so) { return std::ranges::count_if(e.stretches, is_so); };
    using Stretch = SoundEvidence::Stretch;
    Json j = {{"frames", e.frames},
              {"stretches", e.stretches.size()},
              {"differing_frames", e.differing_frames},
              {"stretches_of_gaps", count([](const Stretch& s) { return s.of_gap; })},
              {"stretches_of_late_switches", count([](const Stretch& s) { return s.of_late_switch && !s.of_gap; })},
              {"stretches_of_neither", count([](const Stretch& s) { return !s.of_gap && !s.of_late_switch; })},
              {"unexplained_frames", e.unexplained_frames},
              {"incidents", e.incidents},
              {"incidents_heard", e.incidents_heard}};
    if (e.unexplained_frames > 0) j["first_unexplained_frame"] = e.first_unexplained_frame;
    if (!e.length_errors.empty()) {
        std::vector<std::int64_t> off;
        for (const auto error : e.length_errors) off.push_back(std::abs(error));
        std::ranges::sort(off);
        j["length_error_frames_median"] = off[off.size() / 2];
        j["length_error_frames_max"] = off.back();
    }
    j["largest_step"] = e.largest_step;
    j["usual_step"] = e.usual_step;
    j["splice_error"] = e.splice_error;
    return j;
}

}  // namespace forerun::measure
