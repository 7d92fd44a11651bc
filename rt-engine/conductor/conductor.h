// The conductor: the one place where events are ordered, by (frame, producer, sequence), and turned into what voices and
// the mixer do.
//
// It takes events from every producer, gives live ones a frame, allocates and steals voices, hands each event to the worker
// that owns the voice and posts commands to the mixer. It never touches Lua and never waits for the audio thread. Live, a
// thread of its own calls advance() all the time; offline the thread that drives the mixer calls it, and what cannot be
// decided yet (whom to steal, before everybody is rendered to that frame) is waited for.
//
// Its ideas are classes of their own, in the order in which an event meets them: EventOrder, Channels, Stage, MusicalClock,
// VoiceAllocator with VoiceTable, MonoLines and LateOffs, Mix, VoiceSender, Outputs; Reports come back, ConductorView shows. This
// class still has more members and methods than others may have, since what it does needs several of these at once: notes
// (conductor_notes.cpp, conductor_melody.cpp), controllers (conductor_channels.cpp), what changes every voice at once (conductor_system.cpp).
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

#include "rt-engine/conductor/channels.h"
#include "rt-engine/conductor/conductor_view.h"
#include "rt-engine/conductor/event_order.h"
#include "rt-engine/conductor/horizon.h"
#include "rt-engine/conductor/late_offs.h"
#include "rt-engine/conductor/mix.h"
#include "rt-engine/conductor/mono_lines.h"
#include "rt-engine/conductor/musical_clock.h"
#include "rt-engine/conductor/outputs.h"
#include "rt-engine/conductor/reports.h"
#include "rt-engine/conductor/stage.h"
#include "rt-engine/conductor/voice_allocator.h"
#include "rt-engine/conductor/voice_sender.h"
#include "rt-engine/conductor/voice_table.h"
#include "shared/configuration.h"
#include "shared/rig/rig.h"
#include "shared/shared_state.h"

namespace forerun {

// Live events with the frame at which they are heard, for whoever writes down what was played.
using LiveEventQueue = moodycamel::ConcurrentQueue<Event>;

// What the conductor did, for whoever listens: bounded, the newest are lost (and counted) when nobody reads. One thread pushes.
class NotificationQueue {
public:
    explicit NotificationQueue(Counter& lost) : queue_(4096), lost_(lost) {}
    void push(const Notification& notification) {
        if (!queue_.try_enqueue(notification)) bump(lost_);
    }
    bool pop(Notification& notification) { return queue_.try_dequeue(notification); }

private:
    moodycamel::ConcurrentQueue<Notification> queue_;
    Counter& lost_;
};

class Conductor final : private ReportListener {
public:
    Conductor(SharedState& state, const Configuration& configuration, const Rig& rig, Inbox& inbox,
              NotificationQueue& notifications, std::unique_ptr<Outputs> outputs, std::unique_ptr<Reports> reports,
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
    const ConductorView& view() const { return view_; }
    double tempo() const { return time_.tempo(); }

private:
    enum class Handled { yes, no_slot };

    const Rig& rig() const { return stage_.rig(); }
    double value_for(VoiceMessageKind kind, const ConductedVoice& voice) const {
        return channels_.value(kind, voice, rig().instruments[voice.instrument]);
    }
    double key_hz(const ConductedVoice& voice, int key) const {
        return channels_.key_hz(rig().instruments[voice.instrument], voice.channel, key);
    }

    void hear(const MixerReport& report) override;
    void hear(const WorkerReport& report) override;
    Handled handle(const Event& event);
    Handled note_on(const Event& event);
    void note_off(const Event& event);
    void key_up(const Event& event);
    void control(const Event& event);
    void change_program(const Event& event);
    void set_zone(std::uint8_t master, std::int64_t frame);
    Handled start_voice(const Event& event, std::uint16_t instrument);
    void choke_others(const Event& note, std::uint8_t group);
    bool make_room(const Event& event, std::uint16_t instrument);
    void wait_until_rendered(std::int64_t frame);
    void let_go(std::uint32_t slot, std::int64_t frame);
    void drop_note(const Event& event, std::uint16_t instrument);
    void send_all_to_channel(std::uint8_t channel, VoiceMessageKind kind, std::int64_t frame);

    // ---- conductor_melody.cpp
    std::optional<std::uint32_t> held_voice(const MelodyLine& line, std::int64_t frame);
    Handled play_melody(const Event& event, std::uint16_t instrument, NoteMode mode);
    void leave_melodies(const Event& event);
    void let_go_later(Event off);
    void let_go_before(std::int64_t frame);
    void let_go_before(const Event& on);
    void take_over(std::uint32_t slot, MelodyLine::Key key, std::int64_t frame);
    void slide_to(std::uint32_t slot, std::uint8_t key, std::int64_t frame, bool is_new);
    void keep_time(const Event& event);
    void send_time(std::uint32_t slot, std::int64_t frame);

    // ---- conductor_system.cpp
    void retune(std::int64_t frame);
    void reset_system(const Event& event);
    void change_rig(const Event& event);

    void notify(NotificationKind kind, std::uint32_t slot, std::int64_t frame, std::int64_t value = 0);
    void publish_counts();

    SharedState& state_;
    const Configuration& configuration_;
    NotificationQueue& notifications_;
    const std::unique_ptr<Outputs> outputs_;
    const std::unique_ptr<Reports> reports_;
    LiveEventQueue* live_events_;  // or none
    VoiceTable voices_;
    VoiceAllocator allocator_;
    ConductorView view_;
    VoiceSender sender_;
    Horizon horizon_;
    Channels channels_;
    Stage stage_;
    Mix mix_;
    MonoLines melodies_;
    LateOffs late_offs_;
    EventOrder order_;
    MusicalClock time_;
    std::uint32_t started_of_event_ = 0;  // instruments of a layered note that have started, when one had no slot
    std::int64_t clock_ = 0;
    bool waits_for_slot_ = false;
};

}  // namespace forerun
