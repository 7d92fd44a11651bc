// An engine's share on a worker: one Lua state, and the voices that the conductor gave to this worker.
//
// step() does one thing that is due (messages, a rewind, a visit to the neediest voice, or deferred work) and returns whether
// there was any; next_due() returns how long the thread may then sleep. It has no thread, and does not know other shares.
//
// The order of work is here; its parts do not depend on it, and each has its own test:
//   Scheduler            which voice is next
//   VoiceService         what serves one voice: its events, its state, its quality, its cost, its ring
//   Rewinder             renders again what is rendered already
//   ReplayedTimelines    in a replay: renders the timelines that it is sent
//   ShareScripts         the Lua state: warmed, reloaded, its garbage
//   WorkerLoad           how busy the share is
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "script-runtime/worker/activity_line.h"
#include "script-runtime/worker/probe_calls.h"
#include "script-runtime/worker/replayed_timelines.h"
#include "script-runtime/worker/rewinder.h"
#include "script-runtime/worker/scheduler.h"
#include "script-runtime/worker/scheduling_watch.h"
#include "script-runtime/worker/share_scripts.h"
#include "script-runtime/worker/voice_service.h"
#include "script-runtime/worker/worked_voice.h"
#include "script-runtime/worker/worker_load.h"
#include "script-runtime/worker/worker_thread.h"
#include "shared/configuration.h"
#include "shared/script_runtime.h"
#include "shared/worker_side.h"

namespace forerun {

// Belongs to the worker's thread.
class EngineShare {
public:
    // What it needs of the thread that it is on.
    struct OnThread {
        const WorkerThread& thread;
        ActivityLine& activity;
        SchedulingWatch& scheduling;
        WorkerProbe* probe;  // or null
    };
    EngineShare(const OnThread& on, const WorkerSide& state, const Configuration& configuration,
                const WorkerSetup& setup, ShareScripts& scripts);

    // Its voices yield from their first quantum on.
    void expect_slow(std::size_t instrument) { service_.costs.books().expect_slow(instrument); }
    bool step();
    // The monotonic time at which step() will have something to do, if nothing is sent. The thread sleeps until then, and
    // nothing that was found before holds afterwards.
    std::int64_t next_due(std::int64_t now);
    // Allocates nothing: lost when the queue of reports is full.
    void report_trouble(const std::string& text) { service_.reports.try_report_trouble(text); }

private:
    bool take_messages();  // whether there were any
    void take_start(const VoiceMessage& message);
    void take_stop(WorkedVoice& voice, std::int64_t frame);
    void look(std::int64_t clock, std::int64_t limit);
    void release_finished();
    bool follow_load(std::int64_t clock);  // true: depths were set anew
    // False: nothing was due.
    bool take_turn(std::int64_t clock, std::int64_t limit);
    bool rewind_one(std::int64_t clock, std::int64_t limit);
    void visit(WorkedVoice& voice, std::int64_t clock, std::int64_t limit);
    void render(WorkedVoice& voice, std::int64_t clock, std::int64_t limit);
    void do_beside(bool all_deep);  // beside voices that sound
    std::int64_t count_busy(std::int64_t began);

    const WorkerSide& state_;
    const Configuration& configuration_;
    WorkerLine& line_;
    SchedulingWatch& scheduling_;
    ActivityLine& activity_;
    ShareScripts& scripts_;
    ProbeCalls probe_;
    QueueReader<VoiceMessage> messages_;
    std::vector<std::unique_ptr<WorkedVoice>> voices_;
    VoiceService service_;
    WorkerLoad load_;
    Scheduler scheduler_;
    Rewinder rewinder_;
    std::optional<ReplayedTimelines> replay_;  // in a replay
};

}  // namespace forerun
