// Copies of voices' states during rendering: when one is made, which are kept, and restoring one (checkpoints.h,
// checkpoint_spacing.h). A voice whose state cannot be copied plays on: its events apply after buffered audio.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "script-runtime/host/lua_host.h"
#include "script-runtime/worker/checkpoints.h"
#include "script-runtime/worker/event_intake.h"
#include "script-runtime/worker/render_ahead.h"
#include "script-runtime/worker/report_sender.h"
#include "script-runtime/worker/usual_quantum.h"
#include "script-runtime/worker/voice_output.h"
#include "script-runtime/worker/voice_player.h"
#include "script-runtime/worker/work_time.h"
#include "script-runtime/worker/worked_voice.h"
#include "script-runtime/worker/worker_depth.h"
#include "shared/configuration.h"
#include "shared/worker_side.h"

namespace forerun {

// Belongs to the worker's thread. All frames but `clock` are the voice's.
class StateCopies {
public:
    // replay_reach_frames: see WorkerSetup.
    StateCopies(const Configuration& configuration, std::optional<std::int64_t> replay_reach_frames,
                const RenderAhead& ahead, const WorkerDepth& depth, const UsualQuantum& usual, WorkerLine& line,
                const LuaHost& host, VoicePlayer& player, const VoiceOutput& output, EventIntake& events,
                ReportSender& reports, WorkTime& time, std::size_t instruments)
        : configuration_(configuration),
          makes_copies_(replay_reach_frames || (configuration.rewind && !configuration.offline)),
          replay_reach_frames_(replay_reach_frames.value_or(0)),
          ahead_(ahead),
          depth_(depth),
          usual_(usual),
          line_(line),
          host_(host),
          player_(player),
          output_(output),
          events_(events),
          reports_(reports),
          time_(time),
          reported_not_rewindable_(instruments) {}

    // How far a voice's state may have to go back; 0 where nothing is rewound.
    static std::int32_t reach_frames(const Configuration& configuration);

    // Before the quantum at the voice's position is rendered: a copy every spacing, and none older than what an event may still
    // ask for. rewinds: what is rendered is not the voice's sound yet.
    void keep(WorkedVoice& voice, std::int64_t clock, bool rewinds = false);
    void space(WorkedVoice& voice, std::int64_t clock) const;
    // One of the state as it is. `outlasts`: other frames may be rendered from before it, and then it is put back. nullptr: the
    // state cannot be copied.
    std::unique_ptr<Checkpoint> save(WorkedVoice& voice, bool outlasts = false);
    void give_back(std::unique_ptr<Checkpoint> copy) { pool_.give_back(std::move(copy)); }

    // To the newest copy at or before `frame`, with these messages among those to come. False: it could not be put back.
    bool go_back(WorkedVoice& voice, std::int64_t frame, const std::vector<VoiceMessage>& messages);
    // From a rewind that came to nothing, to this copy of where the voice was, which is its newest from now on. False: it could
    // not be put back.
    bool return_to(WorkedVoice& voice, std::unique_ptr<Checkpoint> end);

    void drop_all(WorkedVoice& voice);
    void drop_all_but_oldest(WorkedVoice& voice);
    // Those that no event may ask for any more, with the events that are in them.
    void drop_old(WorkedVoice& voice, std::int64_t frame);
    void drop_unusable(WorkedVoice& voice);
    void let_go(WorkedVoice& voice);  // it is over

private:
    const Configuration& configuration_;
    const bool makes_copies_;
    const std::int64_t replay_reach_frames_;
    const RenderAhead& ahead_;
    const WorkerDepth& depth_;
    const UsualQuantum& usual_;
    WorkerLine& line_;
    const LuaHost& host_;
    VoicePlayer& player_;
    const VoiceOutput& output_;
    EventIntake& events_;
    ReportSender& reports_;
    WorkTime& time_;
    CheckpointPool pool_;
    std::vector<bool> reported_not_rewindable_;  // of each instrument: that its voices cannot be rewound
};

}  // namespace forerun
