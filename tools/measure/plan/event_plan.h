// The live events of a cell, all planned before it begins: the same seed gives the same events on every machine.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "shared/messages/event.h"

namespace forerun::measure {

struct PlannedEvent {
    double seconds = 0;  // after the beginning of the measurement
    Event event;         // its frame is now_frame
};

// The held notes: each has a channel and key of its own, so that an event can address one voice.
// Channel 16 is for faults that play notes.
inline constexpr int channels = 15, first_key = 36, keys = 60;
Event held_note(std::uint32_t number, std::int64_t frame);

struct EventPlan {
    std::uint32_t voices = 0;
    double events_hz = 0;  // all voices together
    std::string kind;      // see parameters.cpp
    double seconds = 0;
    std::uint64_t seed = 1;
};
// Ordered by time, at exponential intervals, so that they fall at any phase of the blocks. A `note` event releases and restarts
// a note at the same time: two events that count as one.
std::vector<PlannedEvent> planned_events(const EventPlan& plan);

}  // namespace forerun::measure
