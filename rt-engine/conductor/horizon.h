// How far events have been handed over. Workers render no further: what happens beyond is not known yet.
#pragma once

#include <cstdint>

#include "rt-engine/conductor/outputs.h"
#include "shared/shared_state.h"
#include "shared/time/quantum.h"

namespace forerun {

// [conductor]
class Horizon {
public:
    // eager: offline nobody else wakes workers that have come to the old horizon.
    Horizon(SharedState& state, Outputs& outputs, bool eager) : state_(state), outputs_(outputs), eager_(eager) {}

    // Every event before this frame has been handed over.
    std::int64_t frame() const { return frame_; }

    // Forward only, and not while messages wait in an outbox: those have not been handed over.
    void move_to(std::int64_t frame) {
        if (frame <= frame_ || !outputs_.flush()) return;
        frame_ = frame;
        // Release: pairs with the worker's acquire: the messages before this frame are in its queue.
        state_.header().horizon_frame.store(frame, std::memory_order_release);
        if (eager_ && frame - woken_frame_ >= 4 * quantum_frames) wake_all();
    }
    void wake_all() {
        woken_frame_ = frame_;
        outputs_.wake_all();
    }

private:
    SharedState& state_;
    Outputs& outputs_;
    const bool eager_;
    std::int64_t frame_ = 0;
    std::int64_t woken_frame_ = 0;
};

}  // namespace forerun
