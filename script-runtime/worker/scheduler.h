// Decides which of a share's voices is rendered next, how far, and when one is rewound instead.
//
//   look      at all voices: what is due, which wait for a rewind. Once per block of the mixer, and after messages
//   take      the neediest voice, to render it; then its place in the heap is updated
//   rewind    the voice whose event is earliest. It gets its floor before another is rewound, and that before anybody's depth
//
// Voices that yield (cost_watch.h) have a queue of their own, for the time that the others can spare. Need is counted in frames
// of the engine. What crosses shares (when the thread must wake up, until when a timeline must be published) is monotonic
// time, so that shares of several engines on one thread can be compared.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "script-runtime/worker/due_voices.h"
#include "script-runtime/worker/render_ahead.h"
#include "script-runtime/worker/voice_costs.h"
#include "script-runtime/worker/worked_voice.h"
#include "script-runtime/worker/worker_depth.h"
#include "shared/configuration.h"
#include "shared/time/sample_clock.h"

namespace forerun {

// Belongs to the worker's thread. `clock`: engine frame that is played next; `limit`: up to where may be rendered.
class Scheduler {
public:
    Scheduler(const Configuration& configuration, const SampleClock& clock, const RenderAhead& ahead,
              const WorkerDepth& depth, const VoiceCosts& costs)
        : clock_(clock),
          ahead_(ahead),
          depth_(depth),
          costs_(costs),
          block_frames_(configuration.block_frames),
          rate_hz_(configuration.rate_hz) {}

    // ---- The look

    bool is_new(std::int64_t clock, std::int64_t limit) const {
        return clock != looked_clock_ || limit != looked_limit_;
    }
    void begin_look(std::int64_t clock, std::int64_t limit);
    void add(WorkedVoice& voice);
    void end_look() { std::ranges::sort(overdue_, {}, &Overdue::frame); }
    void forget_look() { looked_clock_ = -1; }  // the thread has slept
    // Behind a visit or a rewind.
    void line_up(WorkedVoice& voice, std::int64_t clock, std::int64_t limit);

    // ---- Whose turn it is

    // Null: no voice is due in this line. `now`: monotonic.
    WorkedVoice* neediest() const { return due_.empty() ? nullptr : due_.neediest().voice; }
    WorkedVoice* take_neediest();
    WorkedVoice* take_later(std::int64_t clock);  // only one that the others can bear
    // A visit is longer where the second neediest is safer: up to this engine frame.
    std::int64_t visit_ends(std::int64_t clock) const;
    // Whether a rewind may come before the neediest voice.
    bool may_rewind(std::int64_t clock, std::int64_t now) const;
    // The earliest event first. Those that the mixer has not come to wait until it has moved on. rewind(voice): false, it waits
    // for the mixer. Null: there was none.
    template <typename Rewind>
    WorkedVoice* rewind_one(Rewind rewind) {
        for (auto waiting = overdue_.begin(); waiting != overdue_.end(); ++waiting) {
            auto& voice = *waiting->voice;
            if (std::exchange(waiting->waits, true) || voice.overdue.empty() || !rewind(voice)) continue;
            if (voice.overdue.empty()) overdue_.erase(waiting);
            due_.remove(voice);
            due_later_.remove(voice);
            return &voice;
        }
        return nullptr;
    }
    // Nanoseconds: of a rewind; of a visit, which is what a rewind owes to voices near their end; from a rewind's beginning
    // until its voice had its floor.
    void rewound(std::int64_t took) { owed_nanoseconds_ = took; }
    void visited(std::int64_t took) { owed_nanoseconds_ -= took; }
    void had_floor(std::int64_t after) {
        floor_nanoseconds_ += floor_smoothing * (static_cast<double>(after) - floor_nanoseconds_);
    }

    // ---- Within a rewind

    // When other waiting voices must be served, so that their events take effect in time; INT64_MAX: none waits.
    std::int64_t turn_of_others(const WorkedVoice& voice, const ClockReading& reading) const;
    // Until then the timeline that holds an event at this engine frame must be published.
    std::int64_t last_moment(std::int64_t frame, const ClockReading& reading) const;
    bool another_is_low(const WorkedVoice& voice, std::int64_t clock) const {  // below its floor
        return due_.neediest_until(voice) < clock + ahead_.floor_frames;
    }

    // ---- When nothing is due

    // The monotonic time at which something will be, if no message comes; INT64_MAX: never.
    std::int64_t next_due(const std::vector<std::unique_ptr<WorkedVoice>>& voices, std::int64_t now) const;

private:
    static constexpr std::int64_t publish_margin_nanoseconds = 300'000;
    static constexpr double floor_smoothing = 0.1;

    // What the newest look found.
    struct Overdue {
        std::int64_t frame = 0;  // engine frame of its earliest event
        WorkedVoice* voice = nullptr;
        bool waits = false;  // for the mixer, which has not moved on since
    };
    bool fills_first(const WorkedVoice& voice, std::int64_t clock, std::int64_t now) const;
    std::int64_t nanoseconds_of(std::int64_t frames) const {
        return static_cast<std::int64_t>(1e9 * static_cast<double>(frames) / rate_hz_);
    }

    const SampleClock& clock_;
    const RenderAhead& ahead_;
    const WorkerDepth& depth_;
    const VoiceCosts& costs_;
    const std::int64_t block_frames_;
    const double rate_hz_;
    DueVoices due_, due_later_;     // the latter: of voices that yield
    std::vector<Overdue> overdue_;  // earliest first
    std::int64_t looked_clock_ = -1, looked_limit_ = -1;
    double floor_nanoseconds_ = 0;       // what a rewind takes until the voice has its floor, smoothed
    std::int64_t owed_nanoseconds_ = 0;  // to voices near their end, for the newest rewind
};

}  // namespace forerun
