// What the conductor hears: reports of the mixer and of the workers, in the order in which each of them made them.
//
// Whoever wants to know what was heard overrides the two functions that are virtual: see session/logged_conducting.h. A
// replay, which knows what it will hear, only empties the queues.
#pragma once

#include <cstdint>
#include <vector>

#include "shared/messages/report.h"
#include "shared/shared_state.h"

namespace forerun {

class ReportListener {
public:
    virtual void hear(const MixerReport& report) = 0;
    virtual void hear(const WorkerReport& report) = 0;

protected:
    ~ReportListener() = default;
};

// [conductor]
class Reports {
public:
    explicit Reports(SharedState& state) : mixer_(state.mixer_report_reader()) {
        for (std::uint32_t w = 0; w < state.header().workers; ++w) workers_.push_back(state.worker_report_reader(w));
    }
    virtual ~Reports() = default;
    Reports(const Reports&) = delete;
    Reports& operator=(const Reports&) = delete;

    // Everything that is there: the mixer's first, then worker by worker. The mixer is at `clock`.
    virtual void take(std::int64_t clock, ReportListener& listener) {
        static_cast<void>(clock);
        MixerReport mixed;
        while (mixer_.try_pop(mixed)) listener.hear(mixed);
        WorkerReport worked;
        for (auto& worker : workers_)
            while (worker.try_pop(worked)) listener.hear(worked);
    }
    // Nothing is mixed any more from this frame on, and all reports have been taken.
    virtual void end(std::int64_t clock) { static_cast<void>(clock); }

private:
    QueueReader<MixerReport> mixer_;
    std::vector<QueueReader<WorkerReport>> workers_;
};

}  // namespace forerun
