// How long the audio callback takes, and how far apart callbacks are: the figures of one that keeps time.
#pragma once

#include <cstdint>

#include "shared/state_lines.h"
#include "shared/threads/single_writer.h"
#include "shared/time/sample_clock.h"

namespace forerun {

// Belongs to the audio thread.
class CallbackTimer {
public:
    explicit CallbackTimer(MixerStatistics& statistics) : statistics_(statistics) {}

    // When the callback began, monotonic.
    std::int64_t begin() noexcept {
        const std::int64_t start = monotonic_nanoseconds();
        if (last_start_nanoseconds_ != 0)
            statistics_.interval_nanoseconds.add(static_cast<std::uint64_t>(start - last_start_nanoseconds_));
        last_start_nanoseconds_ = start;
        return start;
    }
    void end() noexcept {
        bump(statistics_.callbacks);
        statistics_.callback_nanoseconds.add(
            static_cast<std::uint64_t>(monotonic_nanoseconds() - last_start_nanoseconds_));
    }

private:
    MixerStatistics& statistics_;
    std::int64_t last_start_nanoseconds_ = 0;
};

}  // namespace forerun
