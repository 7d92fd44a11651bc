#include "tools/measure/statistics/dropouts.h"

#include <algorithm>
#include <map>

#include "tools/measure/statistics/figure_json.h"
#include "tools/measure/statistics/incidents.h"

namespace forerun::measure {
namespace {

// A picture has hundreds of looks; a line as wide as a thumb shows a hundred.
constexpr std::size_t most_looks = 120;

Json fill_of(const GapPicture& picture) {
    Json fill = Json::array();
    const auto step = std::max<std::size_t>(1, (picture.fill.size() + most_looks - 1) / most_looks);
    for (std::size_t i = 0; i < picture.fill.size(); i += step) {
        // The least of each step: that is what a dropout is about.
        auto least = picture.fill[i];
        for (std::size_t k = i; k < std::min(i + step, picture.fill.size()); ++k)
            if (picture.fill[k].second < least.second) least = picture.fill[k];
        fill.push_back({json_of(least.first), least.second});
    }
    return fill;
}

// Stretches too short to be seen become part of the one before them.
Json did_of(const GapPicture& picture) {
    Json did = Json::array();
    if (picture.did.empty()) return did;
    const double shortest = (picture.did.back().to_ms - picture.did.front().from_ms) / 500;
    std::vector<GapPicture::Did> kept;
    for (const auto& d : picture.did) {
        const bool joins = !kept.empty() && (d.to_ms - d.from_ms < shortest || kept.back().cause == d.cause);
        if (joins)
            kept.back().to_ms = d.to_ms;
        else
            kept.push_back(d);
    }
    for (const auto& d : kept) did.push_back({json_of(d.from_ms), json_of(d.to_ms), name_of(d.cause), d.voice});
    return did;
}

}  // namespace

void Dropouts::add(const CellName& name, const CellRecord& record) {
    const auto incidents = incidents_of(record.gaps, record.cell.at("block_frames").get<std::int64_t>());
    std::map<std::int64_t, const GapPicture*> longest;  // by the incident's first frame
    std::map<std::int64_t, const Incident*> of;
    for (const auto& picture : record.pictures) {
        if (picture.gap >= record.gaps.size()) continue;
        const auto& gap = record.gaps[picture.gap];
        const auto after = std::upper_bound(incidents.begin(), incidents.end(), gap.frame,
                                            [](std::int64_t frame, const Incident& i) { return frame < i.frame; });
        if (after == incidents.begin()) continue;
        const auto& incident = *(after - 1);
        auto& drawn = longest[incident.frame];
        if (!drawn || record.gaps[drawn->gap].frames < gap.frames) drawn = &picture;
        of[incident.frame] = &incident;
    }
    for (const auto& [frame, picture] : longest) {
        const auto& incident = *of[frame];
        all_.push_back({name,
                        incident.frame,
                        incident.frames,
                        {{"cell", name.text()},
                         {"point", name.point},
                         {"frame", incident.frame},
                         {"frames", incident.frames},
                         {"voices", incident.voices},
                         {"cause", name_of(incident.cause)},
                         {"fill", fill_of(*picture)},
                         {"did", did_of(*picture)}}});
    }
}

Json Dropouts::json() const {
    auto sorted = all_;
    std::stable_sort(sorted.begin(), sorted.end(), [](const Drawn& a, const Drawn& b) { return a.frames > b.frames; });
    std::map<int, std::size_t> of_point;
    Json list = Json::array();
    for (const auto& drawn : sorted) {
        if (list.size() == most) break;
        if (++of_point[drawn.cell.point] <= most_of_a_point) list.push_back(drawn.json);
    }
    return list;
}

}  // namespace forerun::measure
