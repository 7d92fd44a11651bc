// Writes down what a worker does, stretch by stretch, where somebody reads it; else does nothing.
//
// Belongs to the worker's thread. Never waits: what does not fit is counted as refused by the queue.
#pragma once

#include "shared/metrics/activity_span.h"
#include "shared/worker_side.h"

namespace forerun {

class ActivityTrace {
public:
    ActivityTrace(const WorkerSide& state, bool on) : on_(on) {
        if (on_) spans_ = state.spans();
    }

    explicit operator bool() const { return on_; }

    // From now on the worker does this.
    void changes(std::int64_t now_nanoseconds, WorkerActivity next) {
        if (!on_) return;
        const bool passing = now_.activity == Activity::idle && now_nanoseconds - since_ < passing_nanoseconds;
        if (since_ != 0 && !passing) spans_.try_push({since_, now_nanoseconds, now_.packed()});
        if (!passing) since_ = now_nanoseconds;
        now_ = next;
    }
    // What was found out about a stretch that is over.
    void found(std::int64_t from_nanoseconds, std::int64_t to_nanoseconds, Activity activity) {
        if (on_) spans_.try_push({from_nanoseconds, to_nanoseconds, WorkerActivity{activity, now_.serial}.packed()});
    }

private:
    // Between two visits the worker does not rest: it looks for what to do next, which belongs to that.
    static constexpr std::int64_t passing_nanoseconds = 100'000;

    bool on_;
    QueueWriter<ActivitySpan> spans_;
    std::int64_t since_ = 0;
    WorkerActivity now_;
};

}  // namespace forerun
