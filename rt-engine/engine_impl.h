// What an engine is made of. Each part has a file that says what it does; Engine's functions only connect them.
#pragma once

#include <memory>

#include "rt-engine/conductor/conductor.h"
#include "rt-engine/conductor/inbox.h"
#include "rt-engine/conductor/notification_ring.h"
#include "rt-engine/conductor_thread.h"
#include "rt-engine/forerun.h"
#include "rt-engine/loaded_rig.h"
#include "rt-engine/mixer/mixer.h"
#include "rt-engine/notifications.h"
#include "rt-engine/reloads.h"
#include "rt-engine/session/session_log.h"
#include "shared/script_runtime.h"

namespace forerun {

struct Engine::Impl {
    Impl(Configuration configuration, WorkerProbes* probes);

    void load(const Rig& loaded, RigSource source);
    Producer make_producer() { return Producer(std::make_unique<Producer::Impl>(inbox)); }

    const Configuration configuration;
    SharedState state;
    std::shared_ptr<Inbox> inbox;
    std::shared_ptr<NotificationRing> notifications;
    NotificationReader own_reader;  // of next_notification
    std::unique_ptr<ScriptRuntime> scripts;
    LoadedRig rig;
    Reloads reloads;
    std::unique_ptr<SessionLog> log;              // or none
    std::shared_ptr<StemRing> stems;              // or none
    std::unique_ptr<LiveEventQueue> live_events;  // or none

    // From the start on
    bool started = false;
    std::unique_ptr<Conductor> conductor;
    std::unique_ptr<Mixer> mixer;
    ConductorThread conductor_thread;  // of live engines
};

}  // namespace forerun
