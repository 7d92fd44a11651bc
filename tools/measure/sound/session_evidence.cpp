#include "tools/measure/sound/session_evidence.h"

#include <algorithm>
#include <set>

#include "rt-engine/session/session_replay.h"
#include "shared/time/quantum.h"

namespace forerun::measure {
namespace {

constexpr auto never = INT64_MAX;

// As many samples as were recorded, from the session's first frame on; fewer if the log ends earlier.
std::vector<float> rendered(SessionReplay& replay, std::int64_t first_frame, std::size_t samples) {
    const auto channels = replay.configuration().channels;
    std::vector<float> intended, block(static_cast<std::size_t>(replay.configuration().max_block_frames) * channels);
    std::int64_t at = 0;
    while (intended.size() < samples) {
        const auto frames = replay.render(block.data());
        if (frames == 0) break;
        const auto before = std::clamp<std::int64_t>(first_frame - at, 0, frames);
        intended.insert(intended.end(), block.begin() + before * channels, block.begin() + frames * channels);
        at += frames;
    }
    intended.resize(std::min(intended.size(), samples));
    return intended;
}

}  // namespace

SessionEvidence evidence_of(const RecordedOutput& heard, const std::filesystem::path& log,
                            const std::filesystem::path& folder) {
    SessionReplay replay(SessionLogFile::read(log), folder, ReplayKind::as_intended);
    const auto intended = rendered(replay, heard.first_frame, heard.samples.size());

    const auto end = heard.first_frame + std::ssize(intended) / replay.configuration().channels;
    std::vector<ExplainedFrames> late;
    for (const auto& change : replay.session().late) {
        if (change.heard_frame + fade_frames <= heard.first_frame || change.seam_frame >= end) continue;
        late.push_back({change.seam_frame - heard.first_frame, change.heard_frame + fade_frames - heard.first_frame});
    }
    std::vector<CountedGap> counted;
    std::set<const RecordedUnderrun*> counted_underruns;
    const auto& dry = replay.session().dry;
    for (const auto& gap : heard.gaps) {
        const auto underrun = std::ranges::find_if(dry, [&](const RecordedUnderrun& h) {
            return h.voice == gap.voice && h.frame - heard.first_frame == gap.frame;
        });
        if (underrun != dry.end()) counted_underruns.insert(&*underrun);
        counted.push_back({.frame = gap.frame,
                           .frames = gap.frames,
                           .fade_out_frames = gap.late_start ? 0 : std::min(fade_frames, gap.fill_before),
                           .comes_back = underrun == dry.end() || underrun->heard_frame != never});
    }
    std::vector<ExplainedFrames> elsewhere;
    for (const auto& underrun : dry) {
        if (counted_underruns.contains(&underrun)) continue;
        const auto from = underrun.frame - fade_frames - heard.first_frame;
        elsewhere.push_back(
            {from, underrun.heard_frame == never ? never : underrun.heard_frame + fade_frames - heard.first_frame});
    }
    return {sound_evidence(heard.samples.first(intended.size()), intended, replay.configuration().channels, counted,
                           late, elsewhere),
            late.size(), replay.limited_frames()};
}

}  // namespace forerun::measure
