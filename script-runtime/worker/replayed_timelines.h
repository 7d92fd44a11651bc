// A replay: the worker does again what a session log says that it did, and what the mixer heard of it.
//
// The conductor of a replay (rt-engine/session/session_replay.h) knows what is to come: it tells a voice each timeline that was
// heard late or after an underrun, with all messages on it, when the mixer is about to take it. What was heard in time needs no
// rewind: a voice that knows its events sounds the same.
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

    // A new voice waits until it is told what to do.
    static void hold(WorkedVoice& voice) { voice.told.hold_frame = 0; }
    // False: the message is as in a session, not about what the voice is told to do.
    bool take(WorkedVoice& voice, const VoiceMessage& message);

private:
    void obey(WorkedVoice& voice);
    void begin_first(WorkedVoice& voice, const ReplayedTimeline& told);
    // To where the timeline's messages or its state begin. False: the state could not be put back.
    bool go_back(WorkedVoice& voice, std::int64_t state_from);
    bool render_state(WorkedVoice& voice, std::int64_t until);

    const WorkerSide& state_;
    LuaHost& host_;
    const WorkerThread& thread_;
    VoiceService& service_;
};

}  // namespace forerun
