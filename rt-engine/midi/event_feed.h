// Sends events that are known in advance to a producer, in order and ahead of time.
//
// A promise never overtakes an event: an event that the producer refuses (its queue is full) is kept, and nothing after it is
// sent or promised until it has been accepted.
//
// Sink is Producer, or in tests anything with try_send(Event) and promise(frame). Belongs to one thread.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include "shared/messages/event.h"

namespace forerun {

template <typename Sink>
class EventFeed {
public:
    static constexpr std::int64_t forever = std::numeric_limits<std::int64_t>::max();

    // `events` in the order of sending; frames never decrease.
    EventFeed(std::vector<Event> events, Sink sink) : events_(std::move(events)), sink_(std::move(sink)) {}

    // Sends every event before `frame` and promises that frame; after the last event it promises forever.
    void advance_to(std::int64_t frame) {
        while (next_ < events_.size() && events_[next_].frame < frame) {
            if (!sink_.try_send(events_[next_])) {
                promise(events_[next_].frame);
                return;
            }
            ++next_;
        }
        promise(finished() ? forever : frame);
    }

    // Every event was sent.
    bool finished() const { return next_ == events_.size(); }

    // Every event before this frame was sent, and the sink was promised so.
    std::int64_t promised_frame() const { return promised_; }

    std::size_t event_count() const { return events_.size(); }
    std::int64_t last_frame() const { return events_.empty() ? 0 : events_.back().frame; }

private:
    void promise(std::int64_t frame) {
        if (frame <= promised_) return;
        promised_ = frame;
        sink_.promise(frame);
    }

    std::vector<Event> events_;
    Sink sink_;
    std::size_t next_ = 0;
    std::int64_t promised_ = std::numeric_limits<std::int64_t>::min();
};

}  // namespace forerun
