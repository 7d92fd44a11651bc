// What rewinding did in a run: collected from mixer and workers, as text and as JSON.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <string>

#include "shared/shared_state.h"
#include "tools/report/percentiles.h"

namespace forerun {

struct RewindFigures {
    std::uint64_t rewinds = 0;
    std::uint64_t rewinds_again = 0;      // of these replaced a timeline that had not been taken
    std::uint64_t rewinds_overtaken = 0;  // begun, and done again: the mixer was faster
    std::uint64_t switches = 0;           // timelines that the mixer took
    std::uint64_t late_switches = 0;      // of these with a crossfade
    std::uint64_t events_moved = 0;
    std::uint64_t events_waited = 0;  // heard when the buffer was played
    std::uint64_t most_shallow_voices = 0;
    double discarded_seconds = 0;       // of voices: rendered and taken back
    double repeated_seconds = 0;        // rendered for the state alone
    Percentiles response_milliseconds;  // arrival of a live event to the start of the block that holds its change
    Percentiles waiting_milliseconds;   // the same of events that wait for the buffer, reckoned when they came
    Percentiles lateness_frames;        // of switches
    Percentiles rewind_microseconds;    // the decision to the publication
    Percentiles floor_milliseconds;     // from there until the floor is full again
    Percentiles checkpoint_microseconds;
};

RewindFigures rewind_figures(const SharedState& state);
nlohmann::ordered_json json_of(const RewindFigures& figures);

}  // namespace forerun
