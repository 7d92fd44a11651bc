// Tempo and beat for scripts that use them: which producer is the clock source, and when voices need an update.
//
// Clocks from two sources are never merged. The producer that started last is the source; when it has been silent for a second,
// the next one that ticks takes over. A running piece keeps the time without ticks, since many keyboards always send clock.
#pragma once

#include <atomic>
#include <cstdint>

#include "rt-engine/conductor/beat_follower.h"
#include "shared/messages/event.h"
#include "shared/messages/voice_message.h"
#include "shared/time/musical_time.h"

namespace forerun {

class MusicalClock {
public:
    explicit MusicalClock(double rate_hz) : rate_hz_(rate_hz), beat_(rate_hz) {}

    // A tempo, a tick or a transport event. Whether voices need an update. [conductor]
    bool keep(const Event& event) {
        const bool ticks = event.kind == EventKind::clock_tick;
        const bool silent = static_cast<double>(event.frame - last_frame_) > rate_hz_;
        if (!ticks || (silent && !piece_runs_)) producer_ = event.producer;
        if (event.producer != producer_) return false;
        last_frame_ = event.frame;
        bool changed = false;
        if (event.kind == EventKind::tempo) changed = beat_.tempo(event.value, event.frame);
        if (ticks) changed = beat_.tick(event.frame);
        if (event.kind == EventKind::transport) {
            const auto what = event.transport();
            piece_runs_ = what == Transport::run;
            changed = beat_.transport(what, event.sixteenths(), event.frame);
        }
        if (changed) tempo_.store(beat_.time().tempo, std::memory_order_relaxed);
        return changed;
    }

    // Voices start with this without a message. [conductor]
    bool is_usual() const { return beat_.time() == MusicalTime{}; }

    // The message to voices at a frame. [conductor]
    VoiceTime at(std::int64_t frame) const {
        return {.beat = beat_.time().beat_at(frame, rate_hz_),
                .beat_frame = frame,
                .tempo = static_cast<float>(beat_.time().tempo),
                .is_playing = beat_.time().playing};
    }

    // Quarters per minute. [any thread]
    double tempo() const { return tempo_.load(std::memory_order_relaxed); }

private:
    const double rate_hz_;
    BeatFollower beat_;
    std::uint32_t producer_ = 0;                          // the clock source
    bool piece_runs_ = false;                             // by itself, without ticks
    std::int64_t last_frame_ = -(std::int64_t{1} << 40);  // long ago
    std::atomic<double> tempo_{MusicalTime().tempo};
};

}  // namespace forerun
