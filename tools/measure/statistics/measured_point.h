// The input of a report's figures: the runs of each point, as read from the cells.
#pragma once

#include <nlohmann/json.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tools/measure/record/gap.h"
#include "tools/measure/statistics/bucketed.h"
#include "tools/measure/statistics/incidents.h"

namespace forerun::measure {

struct MeasuredRun {
    int repeat = 0;
    double seconds = 0;  // > 0
    double rate_hz = 48000;
    std::int64_t block_frames = 256;
    double voice_frames = 0;           // frames that were due, of all voices together; 0: not known
    double frames_rendered = 0;        // of all voices, those that were taken back counted again
    double cpu_seconds = 0;            // of all workers
    std::uint64_t machine_pauses = 0;  // that the sentinel found
    struct Workers {                   // of all together
        double collecting_seconds = 0, compiling_seconds = 0;
        std::uint64_t trace_aborts = 0;
    };
    std::optional<Workers> workers;  // nothing: there are none, or none were recorded
    std::vector<Gap> gaps;
    nlohmann::ordered_json evidence;  // of a cell whose sound was compared, see sound_evidence.h; else null
    Histograms histograms;            // by name: response_ms, lateness_frames, callback_us, interval_us, ...

    std::vector<Incident> incidents(IncidentsOf of = IncidentsOf::everything) const {
        return incidents_of(gaps, block_frames, of);
    }
};

struct MeasuredPoint {
    int point = 0;
    nlohmann::ordered_json parameters;  // one value for each
    std::vector<MeasuredRun> runs;      // by repeat, so that figures do not depend on the order of measuring
};

}  // namespace forerun::measure
