// What a session log records of seams that are not exact, and of the torture's marks.
//
// Where the engine could not be in time it fades: an event that came too late for its frame crossfades over 64 frames, a
// voice whose ring ran dry holds its last sample and fades out, and in again. The log has each with its frame.
#pragma once

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <map>
#include <set>
#include <tuple>
#include <vector>

#include "rt-engine/session/session_log_file.h"
#include "shared/time/quantum.h"
#include "tests/bench/torture_keys.h"

namespace forerun::bench {

class LoggedSeams {
public:
    explicit LoggedSeams(const std::filesystem::path& file) {
        const auto log = SessionLogFile::read(file);
        std::map<std::tuple<std::uint16_t, std::uint16_t>, std::uint16_t> instruments;
        std::map<std::tuple<std::uint16_t, std::uint16_t>, std::int64_t> begins;
        std::map<std::tuple<std::uint16_t, std::uint16_t, std::uint32_t>, std::int64_t> seams;
        std::set<std::tuple<std::uint16_t, std::uint16_t, std::uint32_t>> skips;
        for (const auto& r : log.records) {
            const std::tuple voice{r.slot, r.generation};
            switch (r.kind) {
            case LogKind::start: instruments[voice] = r.get<VoiceMessage>().instrument; break;
            case LogKind::started: begins[voice] = r.frame; break;
            case LogKind::timeline: seams[{r.slot, r.generation, r.timeline}] = r.frame; break;
            case LogKind::skip: skips.insert({r.slot, r.generation, r.timeline}); break;
            case LogKind::event: {
                const auto event = r.get<Event>();
                ++events_of_producer[event.producer];
                if (event.kind == EventKind::controller && event.number == TortureKeys::mark_controller)
                    mark_frames.push_back(event.frame);
                break;
            }
            default: break;
            }
        }
        // What the mixer did comes by another way, so in the log it may stand before what the worker says of it.
        for (const auto& r : log.records) {
            const auto instrument = instruments[{r.slot, r.generation}];
            if (r.kind == LogKind::dry) {
                underruns_[instrument].push_back(r.frame);
                underruns_[instrument].push_back(r.value);
            } else if (r.kind == LogKind::taken) {
                // A voice's first timeline begins where the voice does.
                const auto seam = seams.find({r.slot, r.generation, r.timeline});
                if (skips.count({r.slot, r.generation, r.timeline}) == 1)
                    underruns_[instrument].push_back(r.frame);
                else if ((seam != seams.end() ? seam->second : begins[{r.slot, r.generation}]) < r.value)
                    late_[instrument].push_back(r.frame);
            }
        }
        for (auto* of : {&late_, &underruns_})
            for (auto& [instrument, frames] : *of) std::sort(frames.begin(), frames.end());
    }

    bool late_at(std::uint16_t instrument, std::int64_t frame) const { return near(late_, instrument, frame); }
    bool underrun_at(std::uint16_t instrument, std::int64_t frame) const { return near(underruns_, instrument, frame); }

    std::vector<std::int64_t> mark_frames;  // in the order in which they were sent
    std::map<std::uint32_t, std::uint64_t> events_of_producer;

private:
    using Frames = std::map<std::uint16_t, std::vector<std::int64_t>>;

    // A fade begins at most a fade before the ring's end.
    static bool near(const Frames& of, std::uint16_t instrument, std::int64_t frame) {
        const auto found = of.find(instrument);
        if (found == of.end()) return false;
        const auto next = std::lower_bound(found->second.begin(), found->second.end(), frame - fade_frames - 8);
        return next != found->second.end() && *next <= frame + fade_frames + 8;
    }

    Frames late_, underruns_;
};

}  // namespace forerun::bench
