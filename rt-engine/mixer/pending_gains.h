// Gain commands that wait for their grid point, in a heap of fixed size.
//
// Ordered by (grid point, command's frame, arrival). When it is full, the caller leaves further commands in the queue.
// Belongs to the audio thread; allocates only in its constructor.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "rt-engine/mixer/grid_gain.h"
#include "shared/messages/event.h"

namespace forerun {

class PendingGains {
public:
    explicit PendingGains(std::size_t capacity) {
        heap_.reserve(capacity);
        due_.resize(capacity);
    }

    bool full() const { return heap_.size() == heap_.capacity(); }

    // `now` is the first frame not yet mixed: a command whose grid point has passed takes the next one. Not when full().
    void add(const MixerCommand& command, std::int64_t now) {
        heap_.push_back({grid_point(std::max(command.frame, now)), arrivals_++, command});
        std::push_heap(heap_.begin(), heap_.end(), later);
    }

    // Hands every change before engine frame `to` to `use(command, change)`, in order. Changes stay valid until the next
    // call.
    template <typename Use>
    void take_due(std::int64_t to, Use use) {
        std::size_t used = 0;
        while (!heap_.empty() && heap_.front().grid < to) {
            std::pop_heap(heap_.begin(), heap_.end(), later);
            const Pending& pending = heap_.back();
            GainChange& change = due_[used++];
            change = {pending.grid, pending.command.left, pending.command.right, nullptr};
            use(pending.command, change);
            heap_.pop_back();
        }
    }

private:
    struct Pending {
        std::int64_t grid;
        std::uint64_t arrival;
        MixerCommand command;
    };
    static bool later(const Pending& a, const Pending& b) {
        if (a.grid != b.grid) return a.grid > b.grid;
        if (a.command.frame != b.command.frame) return a.command.frame > b.command.frame;
        return a.arrival > b.arrival;
    }

    std::vector<Pending> heap_;
    std::vector<GainChange> due_;
    std::uint64_t arrivals_ = 0;
};

}  // namespace forerun
