// The incident, the unit that is counted: one stall of a worker is a gap in each of its voices, and would be counted once
// per voice if gaps were. Gaps that overlap in time, touch, or lie less than a block apart are one incident, whatever their
// voices: an ear does not notice a mixer that comes back for part of a block.
#pragma once

#include <cstdint>
#include <vector>

#include "tools/measure/record/gap.h"

namespace forerun::measure {

struct Incident {
    std::int64_t frame = 0;         // the first missing frame
    std::int64_t frames = 0;        // from there to behind the last missing one, in whichever voice
    std::uint32_t voices = 0;       // different ones
    std::int64_t voice_frames = 0;  // sum of the gaps' lengths
    std::uint32_t gaps = 0;
    Cause cause = Cause::idle;  // the cause with most voice frames
};

// Of the voices of rings. Of the output: callbacks that came late, and what is heard of a system that is recorded only.
enum class IncidentsOf { everything, voices, output };

// Of one run, in the order of their frames. `gaps` in any order.
std::vector<Incident> incidents_of(std::vector<Gap> gaps, std::int64_t block_frames,
                                   IncidentsOf of = IncidentsOf::everything);

}  // namespace forerun::measure
