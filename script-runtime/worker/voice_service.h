// The parts that serve one voice at a time of an engine's share on a worker. Each part knows those above it, and none knows
// about scheduling or threads.
#pragma once

#include <cstdint>
#include <optional>

#include "script-runtime/worker/cost_control.h"
#include "script-runtime/worker/event_intake.h"
#include "script-runtime/worker/quality_control.h"
#include "script-runtime/worker/render_ahead.h"
#include "script-runtime/worker/report_sender.h"
#include "script-runtime/worker/share_scripts.h"
#include "script-runtime/worker/state_copies.h"
#include "script-runtime/worker/usual_quantum.h"
#include "script-runtime/worker/voice_output.h"
#include "script-runtime/worker/voice_player.h"
#include "script-runtime/worker/voice_rendering.h"
#include "script-runtime/worker/work_time.h"
#include "script-runtime/worker/worker_depth.h"
#include "shared/configuration.h"
#include "shared/worker_side.h"

namespace forerun {

// Belongs to the worker's thread.
struct VoiceService {
    // replay_reach_frames: see WorkerSetup.
    VoiceService(const WorkerSide& state, const Configuration& configuration,
                 std::optional<std::int64_t> replay_reach_frames, ShareScripts& scripts, ActivityLine& activity,
                 SchedulingWatch& scheduling, ProbeCalls& probe)
        : line(state.line()),
          spare_ring(static_cast<std::uint16_t>(2 * state.header().slots + state.worker())),
          ahead(RenderAhead::of(configuration, state.header().depth_frames)),
          depth(configuration, ahead),
          reports(state),
          player(scripts.host(), scripts.versions(), scripts.rig(), configuration, reports),
          output(state, scripts.host(), reports),
          events(configuration, state, line, scripts.host(), depth, reports),
          copies(configuration, replay_reach_frames, ahead, depth, usual, line, scripts.host(), player, output, events,
                 reports, time, scripts.rig().instruments.size()),
          quality(configuration, state, line, ahead, depth, reports),
          costs(configuration, scripts.rig(), ahead, scripts.host(), scheduling, probe, output, quality, reports),
          rendering(configuration, replay_reach_frames.has_value(), state, line, scripts.host(), player, output, costs,
                    probe, reports, activity, usual, time) {}
    VoiceService(const VoiceService&) = delete;
    VoiceService& operator=(const VoiceService&) = delete;

    // Has the voice that was taken back its floor again?
    void look_for_floor(WorkedVoice& voice, std::int64_t clock) {
        if (voice.depth.floor_from_nanoseconds == 0 || voice.rendered_until() < clock + ahead.floor_frames) return;
        line.floor_nanoseconds.add(static_cast<std::uint64_t>(time.now() - voice.depth.floor_from_nanoseconds));
        voice.depth.floor_from_nanoseconds = 0;
    }

    WorkerLine& line;
    std::uint16_t spare_ring;  // in which a timeline is built that replaces one that waits to be taken
    const RenderAhead ahead;
    WorkerDepth depth;
    ReportSender reports;
    WorkTime time;
    UsualQuantum usual;
    VoicePlayer player;
    VoiceOutput output;
    EventIntake events;
    StateCopies copies;
    QualityControl quality;
    CostControl costs;
    VoiceRendering rendering;
};

}  // namespace forerun
