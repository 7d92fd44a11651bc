// Delayed note-offs: a zero-length note of a mono instrument sounds briefly before the key held under it returns.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

#include "shared/messages/event.h"

namespace forerun {

// [conductor]
class LateOffs {
public:
    // With the frame at which it is to happen.
    void push(const Event& off) { waiting_.push_back(off); }

    // The earliest one before a frame.
    std::optional<Event> take_before(std::int64_t frame) {
        const auto first = std::ranges::min_element(waiting_, {}, &Event::frame);
        if (first == waiting_.end() || first->frame >= frame) return std::nullopt;
        return take(first);
    }
    // The first of a key that is pressed again.
    std::optional<Event> take_of_key(std::uint8_t channel, std::uint16_t number) {
        const auto found = std::ranges::find_if(
            waiting_, [&](const Event& off) { return off.channel == channel && off.number == number; });
        if (found == waiting_.end()) return std::nullopt;
        return take(found);
    }

    void clear() { waiting_.clear(); }
    std::size_t size() const { return waiting_.size(); }

private:
    Event take(std::vector<Event>::iterator at) {
        const auto off = *at;
        waiting_.erase(at);
        return off;
    }

    std::vector<Event> waiting_;
};

}  // namespace forerun
