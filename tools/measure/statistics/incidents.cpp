#include "tools/measure/statistics/incidents.h"

#include <algorithm>
#include <array>
#include <set>

namespace forerun::measure {

namespace {

// Gaps that make one incident, while it grows.
struct Growing {
    std::int64_t begin = 0, end = 0, voice_frames = 0;
    std::uint32_t gaps = 0;
    std::set<std::uint64_t> voices;
    std::array<std::int64_t, static_cast<std::size_t>(Cause::count)> frames_by_cause{};

    explicit Growing(const Gap& first) : begin(first.frame), end(first.frame) { add(first); }
    void add(const Gap& gap) {
        end = std::max(end, gap.frame + gap.frames);
        voice_frames += gap.frames;
        ++gaps;
        voices.insert(gap.voice);
        frames_by_cause[static_cast<std::size_t>(gap.cause)] += gap.frames;
    }
    Incident whole() const {
        const auto most = std::max_element(frames_by_cause.begin(), frames_by_cause.end());
        return {.frame = begin,
                .frames = end - begin,
                .voices = static_cast<std::uint32_t>(voices.size()),
                .voice_frames = voice_frames,
                .gaps = gaps,
                .cause = static_cast<Cause>(most - frames_by_cause.begin())};
    }
};

}  // namespace

std::vector<Incident> incidents_of(std::vector<Gap> gaps, std::int64_t block_frames, IncidentsOf of) {
    if (of != IncidentsOf::everything)
        std::erase_if(gaps, [&](const Gap& gap) { return (gap.voice == 0) != (of == IncidentsOf::output); });
    if (gaps.empty()) return {};
    std::sort(gaps.begin(), gaps.end(), [](const Gap& a, const Gap& b) { return a.frame < b.frame; });
    std::vector<Incident> incidents;
    Growing growing(gaps.front());
    for (std::size_t i = 1; i < gaps.size(); ++i) {
        const auto apart = gaps[i].frame - growing.end;
        if (apart <= 0 || apart < block_frames) {
            growing.add(gaps[i]);
            continue;
        }
        incidents.push_back(growing.whole());
        growing = Growing(gaps[i]);
    }
    incidents.push_back(growing.whole());
    return incidents;
}

}  // namespace forerun::measure
