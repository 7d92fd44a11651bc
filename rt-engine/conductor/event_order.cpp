#include "rt-engine/conductor/event_order.h"

#include <algorithm>
#include <cmath>

namespace forerun {

void EventOrder::pull(std::int64_t clock) {
    if (!configuration_.offline) follower_.update(engine_clock_.read());
    std::size_t count = 0;
    while ((count = inbox_.queue.try_dequeue_bulk(pulled_.begin(), pulled_.size())) != 0) {
        for (std::size_t i = 0; i < count; ++i) {
            auto event = pulled_[i];
            // It would stay in gains and pitches, and no log can be read that holds it.
            if (!std::isfinite(event.value)) continue;
            if (event.frame == now_frame)
                event.frame = frame_of_arrival(event, clock);
            else if (event.arrival_nanoseconds != 0)
                event.frame = std::max(clock, event.frame);
            events_.push(event);
        }
    }
}

// An event that came within a block is to happen as far into a later one, so that a chord stays a chord and a trill its
// rhythm, whenever we look. It cannot have come before the newest block that we know of, nor after its end.
std::int64_t EventOrder::frame_of_arrival(const Event& event, std::int64_t clock) {
    if (configuration_.offline) return clock;
    const auto reading = engine_clock_.read();
    follower_.update(reading);
    const auto arrival = std::llround(follower_.frame_at(static_cast<double>(event.arrival_nanoseconds)));
    const auto within = std::clamp<std::int64_t>(arrival, std::min(reading.frame, clock), clock);
    return std::max(clock, within + configuration_.event_delay_frames);
}

}  // namespace forerun
