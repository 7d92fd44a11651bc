// The live events of a cell, all of them known before it begins: same seed, same events, whatever the machine does.
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

// The held notes: each has a channel and key of its own, so that an event can mean one voice.
// The last channel is for faults that play notes of their own.
inline constexpr int channels = 15, first_key = 36, keys = 60;
Event held_note(std::uint32_t number, std::int64_t frame);

struct EventPlan {
    std::uint32_t voices = 0;
    double events_hz = 0;  // all voices together
    std::string kind;      // see parameters.cpp
    double seconds = 0;
    std::uint64_t seed = 1;
};
// In the order of their time; exponential intervals, so that they come at any phase of the blocks. A note is let go and played
// again at the same moment: two events that count as one.
std::vector<PlannedEvent> planned_events(const EventPlan& plan);

}  // namespace forerun::measure
