// Takes the reports of the mixer and of the workers, and passes them to a listener, each source's in its own order.
//
// The session log overrides the two virtual functions to record the reports: see session/logged_conducting.h. A replay
// only empties the queues.
#pragma once

#include <cstdint>
#include <vector>

#include "shared/messages/report.h"
#include "shared/shared_state.h"

namespace forerun {

class ReportListener {
public:
    virtual void handle(const MixerReport& report) = 0;
    virtual void handle(const WorkerReport& report) = 0;

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
        while (mixer_.try_pop(mixed)) listener.handle(mixed);
        WorkerReport worked;
        for (auto& worker : workers_)
            while (worker.try_pop(worked)) listener.handle(worked);
    }
    // Nothing is mixed any more from this frame on, and all reports have been taken.
    virtual void end(std::int64_t clock) { static_cast<void>(clock); }

private:
    QueueReader<MixerReport> mixer_;
    std::vector<QueueReader<WorkerReport>> workers_;
};

}  // namespace forerun
