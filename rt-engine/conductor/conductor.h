// The conductor: the one place where events are ordered, by (frame, producer, sequence), and turned into messages to workers
// and commands to the mixer.
//
// It takes events from every producer, gives live ones a frame, allocates and steals voices, hands each event to the worker
// that owns the voice and posts commands to the mixer. It never touches Lua and never waits for the audio thread. Live, its
// own thread calls advance() repeatedly; offline the thread that drives the mixer does. There a decision such as stealing
// waits until all voices are rendered up to its frame.
//
//   EventOrder ──> Conductor::handle ──> NotePlayer (VoiceStarter, Melodies), ChannelPlayer, Stage, Mix, MusicalClock
//                                            └──> VoiceSender ──> Outputs ──> workers, mixer
//   workers, mixer ──> Reports ──> Notifier ──> listeners
#pragma once

#include <cstdint>
#include <memory>
#include <utility>

#include "rt-engine/conductor/channel_player.h"
#include "rt-engine/conductor/event_order.h"
#include "rt-engine/conductor/note_player.h"
#include "shared/configuration.h"
#include "shared/rig/rig.h"
#include "shared/shared_state.h"

namespace forerun {

class Conductor {
public:
    Conductor(SharedState& state, const Configuration& configuration, const Rig& rig, Inbox& inbox,
              NotificationRing& notifications, std::unique_ptr<Outputs> outputs, std::unique_ptr<Reports> reports,
              LiveEventQueue* live_events = nullptr);

    // Handles every event that is due for handing over, one depth (live: and a margin) ahead of `clock`.
    void advance(std::int64_t clock);

    // Nothing is mixed any more from this frame on: takes the last reports, and ends them.
    void end(std::int64_t clock);

    // What the next change_rig event brings; as many instruments, parameters and buses as there are. [any thread]
    void offer(std::shared_ptr<const Rig> rig) { stage_.offer(std::move(rig)); }

    // Every event before this frame has been handed over.
    std::int64_t horizon() const { return horizon_.frame(); }
    // The event at the horizon waits for a slot that becomes free when the mixer has gone on.
    bool waits_for_slot() const { return waits_for_slot_; }
    void wake_all() { horizon_.wake_all(); }

    // [any thread] What others may look at; quarters per minute.
    const ConductorView& view() const { return sender_.view(); }
    double tempo() const { return time_.tempo(); }

private:
    // False: it waits for a slot.
    bool handle(const Event& event);
    void keep_time(const Event& event);
    void change_rig(const Event& event);
    void publish_counts();

    SharedState& state_;
    const std::unique_ptr<Outputs> outputs_;
    const std::unique_ptr<Reports> reports_;
    VoiceTable voices_;
    VoiceSender sender_;
    Channels channels_;
    Stage stage_;
    Mix mix_;
    Expression expression_;
    MusicalClock time_;
    Notifier notifier_;
    Horizon horizon_;
    NotePlayer notes_;
    ChannelPlayer channel_player_;
    EventOrder order_;
    bool waits_for_slot_ = false;
};

}  // namespace forerun
