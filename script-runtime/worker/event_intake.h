// An event that comes for a voice: it is heard in its time, it waits for a rewind, or it is too late, and then it is counted.
//
//   behind what is rendered   among the voice's events, rendered when their frame comes
//   in what is rendered       overdue, until the voice is taken back; where it cannot be, it happens where rendering goes on
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
    // The voice is over before the mixer could take what its last events had changed: they were too late.
    void count_unheard(const WorkedVoice& voice);
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
