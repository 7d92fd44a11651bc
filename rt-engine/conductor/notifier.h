// Notifies listeners of what happened: which voice began, ended, was stolen, ran dry or failed, and which note got none.
//
// Most of it comes from reports of mixer and workers. Reports that only the session log needs are not passed on.
#pragma once

#include <concurrentqueue/concurrentqueue.h>

#include <cstdint>
#include <functional>
#include <utility>

#include "rt-engine/conductor/notification_ring.h"
#include "rt-engine/conductor/reports.h"
#include "rt-engine/conductor/voice_table.h"
#include "shared/messages/event.h"
#include "shared/messages/report.h"

namespace forerun {

// Live events with the frame at which they sound.
using LiveEventQueue = moodycamel::ConcurrentQueue<Event>;

// [conductor]
class Notifier final : public ReportListener {
public:
    // failed: called before listeners are notified that a voice's script failed.
    using Failed = std::function<void(const WorkerReport&)>;

    Notifier(NotificationRing& ring, const VoiceTable& voices, Failed failed, LiveEventQueue* live_events = nullptr)
        : ring_(ring), voices_(voices), failed_(std::move(failed)), live_events_(live_events) {}

    void handle(const MixerReport& report) override;
    void handle(const WorkerReport& report) override;
    void stolen(std::uint32_t slot, std::int64_t frame) { notify(NotificationKind::voice_stolen, slot, frame); }
    void dropped(const Event& note, std::uint16_t instrument);
    // For a recorder of what was played: not what a file player knew before.
    void handled(const Event& event) {
        if (live_events_ && event.arrival_nanoseconds != 0) live_events_->enqueue(event);
    }

private:
    void notify(NotificationKind kind, std::uint32_t slot, std::int64_t frame, std::int64_t value = 0);

    NotificationRing& ring_;
    const VoiceTable& voices_;
    const Failed failed_;
    LiveEventQueue* const live_events_;  // or none
};

}  // namespace forerun
