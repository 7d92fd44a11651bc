// Takes an event for a voice: it is in time, it waits for a rewind, or it is too late and counted.
//
//   beyond what is rendered   added to the voice's events, rendered when their frame comes
//   in what is rendered       overdue, until the voice is rewound; where it cannot be, applied where rendering continues
#pragma once

#include <cstdint>

#include "script-runtime/host/lua_host.h"
#include "script-runtime/worker/report_sender.h"
#include "script-runtime/worker/worked_voice.h"
#include "script-runtime/worker/worker_depth.h"
#include "shared/configuration.h"
#include "shared/worker_side.h"

namespace forerun {

// Belongs to the worker's thread.
class EventIntake {
public:
    EventIntake(const Configuration& configuration, const WorkerSide& state, WorkerLine& line, const LuaHost& host,
                const WorkerDepth& depth, ReportSender& reports)
        : configuration_(configuration), state_(state), line_(line), host_(host), depth_(depth), reports_(reports) {}

    void take(WorkedVoice& voice, const VoiceMessage& message);
    // What is overdue happens where rendering goes on.
    void give_up_overdue(WorkedVoice& voice);
    // Counts late events of a voice that is over before the mixer took their timeline.
    void count_unplayed(const WorkedVoice& voice);
    // For a voice that is gone already.
    void count_gone(const VoiceMessage& message);

private:
    void count_waiting(const VoiceMessage& message, std::int64_t clock);

    const Configuration& configuration_;
    const WorkerSide& state_;
    WorkerLine& line_;
    const LuaHost& host_;
    const WorkerDepth& depth_;
    ReportSender& reports_;
};

}  // namespace forerun
