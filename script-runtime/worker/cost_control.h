// What follows when a voice costs more than its share of a worker's time (cost_watch.h, voice_costs.h).
//
// A voice that yields is rendered one quantum at a time, while the others can spare it. So it loses depth, and then quality,
// before they lose anything; when that is not enough it is stopped as if its script had failed, a logged decision that a replay
// repeats. Offline there is no deadline, so nothing is controlled.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "script-runtime/host/lua_host.h"
#include "script-runtime/worker/probe_calls.h"
#include "script-runtime/worker/quality_control.h"
#include "script-runtime/worker/render_ahead.h"
#include "script-runtime/worker/report_sender.h"
#include "script-runtime/worker/scheduling_watch.h"
#include "script-runtime/worker/voice_costs.h"
#include "script-runtime/worker/voice_output.h"
#include "script-runtime/worker/worked_voice.h"
#include "shared/configuration.h"
#include "shared/rig/rig.h"

namespace forerun {

// Belongs to the worker's thread.
class CostControl {
public:
    CostControl(const Configuration& configuration, const Rig& rig, const RenderAhead& ahead, LuaHost& host,
                SchedulingWatch& scheduling, ProbeCalls& probe, VoiceOutput& output, QualityControl& quality,
                ReportSender& reports)
        : configuration_(configuration),
          rig_(rig),
          ahead_(ahead),
          host_(host),
          scheduling_(scheduling),
          probe_(probe),
          output_(output),
          quality_(quality),
          reports_(reports),
          books_(configuration, ahead, rig.instruments.size()) {}

    VoiceCosts& books() { return books_; }
    const VoiceCosts& books() const { return books_; }

    // What was just called took this long, by the monotonic clock.
    void charge_quantum(WorkedVoice& voice, std::int64_t began, std::int64_t now);
    void charge_start(WorkedVoice& voice, std::int64_t began, std::int64_t now);
    // Before the voice is rendered. True: it was stopped.
    bool follow(WorkedVoice& voice, std::int64_t clock);
    bool affords_rewind(const std::vector<std::unique_ptr<WorkedVoice>>& voices, const WorkedVoice& voice,
                        std::int64_t clock) const;

private:
    std::int64_t cost_between(std::int64_t began, std::int64_t now);  // CPU time, nanoseconds
    // Once per version of its instrument's script.
    void report_slow(const WorkedVoice& voice, const std::string& text);
    std::string cost_text(const WorkedVoice& voice) const;

    const Configuration& configuration_;
    const Rig& rig_;
    const RenderAhead& ahead_;
    LuaHost& host_;
    SchedulingWatch& scheduling_;
    ProbeCalls& probe_;
    VoiceOutput& output_;
    QualityControl& quality_;
    ReportSender& reports_;
    VoiceCosts books_;
};

}  // namespace forerun
