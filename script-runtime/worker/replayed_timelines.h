// Renders a voice's timelines in a replay as a session log records them.
//
// The replay (rt-engine/session/session_replay.h) sends a voice each timeline that was taken late or after an underrun, with
// all messages on it, when the mixer is about to take it. One that was in time needs no rewind: a voice that knows its events
// in advance sounds the same.
#pragma once

#include <cstdint>

#include "script-runtime/host/lua_host.h"
#include "script-runtime/worker/voice_service.h"
#include "script-runtime/worker/worked_voice.h"
#include "script-runtime/worker/worker_thread.h"
#include "shared/messages/event.h"
#include "shared/worker_side.h"

namespace forerun {

// Belongs to the worker's thread.
class ReplayedTimelines {
public:
    ReplayedTimelines(const WorkerSide& state, LuaHost& host, const WorkerThread& thread, VoiceService& service)
        : state_(state), host_(host), thread_(thread), service_(service) {}

    // A new voice waits for its first timeline.
    static void hold(WorkedVoice& voice) { voice.replay.hold_frame = 0; }
    // False: the message is handled as in a session.
    bool take(WorkedVoice& voice, const VoiceMessage& message);

private:
    void apply(WorkedVoice& voice);
    void begin_first(WorkedVoice& voice, const ReplayedTimeline& timeline);
    // To where the timeline's messages or its state begin. False: the state could not be put back.
    bool go_back(WorkedVoice& voice, std::int64_t state_from);
    bool render_state(WorkedVoice& voice, std::int64_t until);

    const WorkerSide& state_;
    LuaHost& host_;
    const WorkerThread& thread_;
    VoiceService& service_;
};

}  // namespace forerun
