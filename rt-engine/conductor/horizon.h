// How far events have been handed over. Workers render no further, since later events are not known yet.
//
// Offline a decision may depend on voices that are not rendered yet (who sounds, who is quietest). Then workers render up to
// its frame first, so that the result does not depend on timing.
#pragma once

#include <chrono>
#include <cstdint>
#include <stdexcept>
#include <thread>

#include "rt-engine/conductor/outputs.h"
#include "rt-engine/conductor/reports.h"
#include "rt-engine/conductor/voice_table.h"
#include "shared/shared_state.h"
#include "shared/time/quantum.h"

namespace forerun {

// [conductor]
class Horizon {
public:
    // offline: nobody else wakes workers that have come to the old horizon.
    Horizon(SharedState& state, Outputs& outputs, VoiceTable& voices, Reports& reports, ReportListener& listener,
            bool offline)
        : state_(state),
          outputs_(outputs),
          voices_(voices),
          reports_(reports),
          listener_(listener),
          is_offline_(offline) {}

    // Every event before this frame has been handed over.
    std::int64_t frame() const { return frame_; }

    // Forward only, and not while messages wait in an outbox: those have not been handed over.
    void move_to(std::int64_t frame) {
        if (frame <= frame_ || !outputs_.flush()) return;
        frame_ = frame;
        // Release: pairs with the worker's acquire: the messages before this frame are in its queue.
        state_.header().horizon_frame.store(frame, std::memory_order_release);
        if (is_offline_ && frame - woken_frame_ >= 4 * quantum_frames) wake_all();
    }
    void wake_all() {
        woken_frame_ = frame_;
        outputs_.wake_all();
    }

    bool is_offline() const { return is_offline_; }
    // Offline: hands over what is before the frame, and waits until everybody is rendered up to it. Live: nothing; who is
    // known to sound counts.
    void let_render(std::int64_t frame);

private:
    SharedState& state_;
    Outputs& outputs_;
    VoiceTable& voices_;
    Reports& reports_;
    ReportListener& listener_;
    const bool is_offline_;
    std::int64_t frame_ = 0;
    std::int64_t woken_frame_ = 0;
};

inline void Horizon::let_render(std::int64_t frame) {
    if (!is_offline_) return;
    move_to(frame);
    wake_all();
    for (int tries = 0; !voices_.rendered_until(frame); ++tries) {
        if (tries > 200'000) throw std::runtime_error("workers have stopped rendering");
        std::this_thread::sleep_for(std::chrono::microseconds(20));
        move_to(frame);
        reports_.take(outputs_.clock(), listener_);
        voices_.free_released();
    }
}

}  // namespace forerun
