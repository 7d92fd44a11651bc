// A voice's script and its ring together: starts the voice, and renders it a quantum at a time.
#pragma once

#include <cstdint>
#include <optional>

#include "script-runtime/host/lua_host.h"
#include "script-runtime/worker/activity_line.h"
#include "script-runtime/worker/cost_control.h"
#include "script-runtime/worker/probe_calls.h"
#include "script-runtime/worker/report_sender.h"
#include "script-runtime/worker/usual_quantum.h"
#include "script-runtime/worker/voice_output.h"
#include "script-runtime/worker/voice_player.h"
#include "script-runtime/worker/work_time.h"
#include "script-runtime/worker/worked_voice.h"
#include "shared/configuration.h"
#include "shared/worker_side.h"

namespace forerun {

// Belongs to the worker's thread.
class VoiceRendering {
public:
    VoiceRendering(const Configuration& configuration, bool replays, const WorkerSide& state, WorkerLine& line,
                   LuaHost& host, VoicePlayer& player, VoiceOutput& output, CostControl& costs, ProbeCalls& probe,
                   ReportSender& reports, ActivityLine& activity, UsualQuantum& usual, WorkTime& time)
        : configuration_(configuration),
          replays_(replays),
          state_(state),
          line_(line),
          host_(host),
          player_(player),
          output_(output),
          costs_(costs),
          probe_(probe),
          reports_(reports),
          activity_(activity),
          usual_(usual),
          time_(time) {}

    // Calls the script's start(). A live note whose frame can no longer be met is moved to the earliest that can, whole. False:
    // the script failed.
    bool begin(WorkedVoice& voice, std::int64_t clock);
    // Into the present timeline.
    void render_quantum(WorkedVoice& voice);

private:
    std::int64_t earliest_start(std::int64_t clock) const;
    void take_rings(WorkedVoice& voice);

    const Configuration& configuration_;
    const bool replays_;
    const WorkerSide& state_;
    WorkerLine& line_;
    LuaHost& host_;
    VoicePlayer& player_;
    VoiceOutput& output_;
    CostControl& costs_;
    ProbeCalls& probe_;
    ReportSender& reports_;
    ActivityLine& activity_;
    UsualQuantum& usual_;
    WorkTime& time_;
};

}  // namespace forerun
