// Orders events by (frame, producer, sequence), whatever order they arrived in.
//
// Events come from every producer through the inbox. A live event has no frame yet and gets one here, from its arrival time.
// A file's event has a frame, and its place is final once every producer has promised that nothing earlier will come.
#pragma once

#include <array>
#include <cstdint>
#include <queue>
#include <tuple>
#include <vector>

#include "rt-engine/conductor/inbox.h"
#include "shared/configuration.h"
#include "shared/messages/event.h"
#include "shared/time/sample_clock.h"

namespace forerun {

// [conductor]
class EventOrder {
public:
    EventOrder(Inbox& inbox, const SampleClock& engine_clock, double rate_hz, const Configuration& configuration)
        : inbox_(inbox), engine_clock_(engine_clock), configuration_(configuration), follower_(rate_hz) {}

    // Takes what has arrived. Every event before the frame that is returned is here: it is what all producers promise.
    std::int64_t take_arrived(std::int64_t clock) {
        pull(clock);
        // The promise is read before the queue is pulled again: what was promised by then is in the queue by now.
        const auto promise = inbox_.least_promise();
        pull(clock);
        return promise;
    }

    bool has_before(std::int64_t frame) const { return !events_.empty() && events_.top().frame < frame; }
    const Event& first() const { return events_.top(); }
    void drop_first() { events_.pop(); }

    // A live event that comes now takes effect no earlier.
    std::int64_t frame_of_live(std::int64_t clock) const { return clock + configuration_.event_delay_frames; }

    // Ordered, or still in the inbox. Approximate, since producers go on.
    std::uint64_t waiting() const { return events_.size() + inbox_.queue.size_approx(); }

private:
    struct Later {
        bool operator()(const Event& a, const Event& b) const {
            return std::tie(a.frame, a.producer, a.sequence) > std::tie(b.frame, b.producer, b.sequence);
        }
    };

    void pull(std::int64_t clock);
    std::int64_t frame_of_arrival(const Event& event, std::int64_t clock);

    Inbox& inbox_;
    const SampleClock& engine_clock_;
    const Configuration& configuration_;
    ClockFollower follower_;
    std::array<Event, 256> pulled_;
    std::priority_queue<Event, std::vector<Event>, Later> events_;
};

}  // namespace forerun
