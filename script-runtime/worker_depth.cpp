// Depth is bought with spare time: a voice that was just taken back has its floor at once, and its depth as long as the
// worker has time for it. Beyond that the voices with the most rewinds stay shallow.
#include <algorithm>
#include <cmath>

#include "script-runtime/worker.h"

namespace forerun {
namespace {

constexpr std::int64_t load_window_nanoseconds = 20'000'000;
constexpr double restless_seconds = 0.5;  // a rewind is forgotten in this time
constexpr double load_smoothing = 0.04;   // of each window: half a second
constexpr double least_restless = 0.5;    // rewinds per second that every voice may have

}  // namespace

double Worker::restlessness(const WorkedVoice& voice, std::int64_t clock) const {
    const double since = static_cast<double>(clock - voice.rewound_clock) / configuration_.rate_hz;
    return voice.restless * std::exp(-since / restless_seconds);
}

// The voice was taken back.
void Worker::count_restlessness(WorkedVoice& voice, std::int64_t clock) {
    voice.restless = restlessness(voice, clock) + 1 / restless_seconds;
    voice.rewound_clock = clock;
}

std::int64_t Worker::depth_of(const WorkedVoice& voice) const {
    const bool shallow =
        voice.restless > most_restless_ && restlessness(voice, state_.clock().frame()) > most_restless_;
    return shallow ? floor_frames_ : depth_frames_;
}

// What is rendered while events wait will be taken back.
std::int64_t Worker::wanted_fill(const WorkedVoice& voice) const {
    return voice.overdue.empty() ? depth_of(voice) : floor_frames_;
}

// Above the ceiling the most restless voices lose their depth, some per window; below it they get it back.
void Worker::follow_load(std::int64_t clock) {
    const auto busy = line_.busy_nanoseconds.load(std::memory_order_relaxed);
    const auto time = now_ - load_since_nanoseconds_;
    if (time < load_window_nanoseconds) return;
    // Smoothed: what follows a stall is work put off, no overload, and to give depth away then would be the wrong answer.
    load_ += load_smoothing * (static_cast<double>(busy - load_busy_nanoseconds_) / static_cast<double>(time) - load_);
    load_since_nanoseconds_ = now_;
    load_busy_nanoseconds_ = busy;

    double most = 0;
    std::uint64_t shallow = 0;
    for (const auto& voice : voices_) {
        const auto r = restlessness(*voice, clock);
        if (r > most_restless_)
            ++shallow;
        else
            most = std::max(most, r);
    }
    if (load_ > configuration_.load_ceiling)
        most_restless_ = std::max(0.9 * most, least_restless);
    else if (load_ < 0.9 * configuration_.load_ceiling)
        most_restless_ = std::min(1.2 * most_restless_, 1e6);
    line_.load_thousandths.store(static_cast<std::uint64_t>(1000 * load_), std::memory_order_relaxed);
    line_.shallow_voices.store(shallow, std::memory_order_relaxed);
    if (shallow > line_.most_shallow_voices.load(std::memory_order_relaxed))
        line_.most_shallow_voices.store(shallow, std::memory_order_relaxed);
}

}  // namespace forerun
