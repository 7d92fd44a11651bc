#include "rt-engine/conductor/conductor.h"

#include <algorithm>

#include "shared/threads/single_writer.h"

namespace forerun {
namespace {

constexpr std::int64_t live_margin_frames =
    4800;  // how far beyond the depth live events are handed over: our own stalls

}  // namespace

Conductor::Conductor(SharedState& state, const Configuration& configuration, const Rig& rig, Inbox& inbox,
                     NotificationRing& notifications, std::unique_ptr<Outputs> outputs,
                     std::unique_ptr<Reports> reports, LiveEventQueue* live_events)
    : state_(state),
      outputs_(std::move(outputs)),
      reports_(std::move(reports)),
      voices_(state),
      sender_(voices_, *outputs_),
      stage_(state, rig, voices_, sender_, sender_.view()),
      mix_(stage_, channels_, voices_, sender_, *outputs_),
      expression_(stage_, channels_, voices_, sender_),
      time_(state.header().rate_hz),
      notifier_(
          notifications, voices_,
          [this](const WorkerReport& report) { stage_.go_back_from(report, outputs_->clock()); }, live_events),
      horizon_(state, *outputs_, voices_, *reports_, notifier_, configuration.offline),
      notes_(state, configuration, stage_, channels_, mix_, expression_, time_, voices_, sender_, horizon_, notifier_),
      channel_player_(stage_, channels_, mix_, expression_, notes_, voices_, sender_),
      order_(inbox, state.clock(), state.header().rate_hz, configuration) {}

void Conductor::advance(std::int64_t clock) {
    outputs_->set_clock(clock);
    outputs_->flush();
    reports_->take(clock, notifier_);
    voices_.free_released();
    const auto promise = order_.take_arrived(clock);
    const bool is_offline = horizon_.is_offline();
    const auto limit = std::min(clock + state_.header().depth_frames + (is_offline ? 0 : live_margin_frames), promise);
    waits_for_slot_ = false;
    while (order_.has_before(limit)) {
        notes_.play_late_offs(order_.first().frame);
        if (!handle(order_.first())) {
            waits_for_slot_ = true;
            break;
        }
        notifier_.handled(order_.first());
        outputs_->handled(order_.first());
        order_.drop_first();
        bump(state_.header().conductor.events);
    }
    // Live, what is played in the meantime comes first.
    if (!waits_for_slot_) notes_.play_late_offs(is_offline ? limit : std::min(limit, order_.frame_of_live(clock)));
    horizon_.move_to(waits_for_slot_ ? std::min(limit, order_.first().frame) : limit);
    outputs_->wake_addressed();
    publish_counts();
}

void Conductor::end(std::int64_t clock) {
    outputs_->set_clock(clock);
    reports_->take(clock, notifier_);
    reports_->end(clock);
}

bool Conductor::handle(const Event& event) {
    sender_.set_arrival(event.arrival_nanoseconds);
    switch (event.kind) {
    case EventKind::note_on:
        if (event.velocity() > 0) return notes_.note_on(event);
        notes_.note_off(event);
        break;
    case EventKind::note_off: notes_.note_off(event); break;
    case EventKind::all_notes_off: notes_.release_all(event.channel, event.frame); break;
    case EventKind::all_sound_off: notes_.stop_all(event.channel, event.frame); break;
    case EventKind::pitch_bend: channel_player_.move(event, VoiceControl::bend); break;
    case EventKind::channel_pressure: channel_player_.move(event, VoiceControl::pressure); break;
    case EventKind::key_pressure: channel_player_.press_key(event); break;
    case EventKind::controller: channel_player_.control(event); break;
    case EventKind::program: channel_player_.change_program(event); break;
    case EventKind::master_tuning: channel_player_.tune_master(event); break;
    case EventKind::channel_tuning: channel_player_.tune(event); break;
    case EventKind::system_reset: channel_player_.reset_system(event); break;
    case EventKind::drum_part: channels_.drums().set(event.channel % 16, event.is_on()); break;
    case EventKind::preset: stage_.recall(event.number, event.frame); break;
    case EventKind::keep_preset: stage_.keep_preset(event.number); break;
    case EventKind::rig: stage_.use_rig(event.number); break;
    case EventKind::learn: stage_.learn(event); break;
    case EventKind::parameter: stage_.move_parameter(event); break;
    case EventKind::reload: stage_.reload(event); break;
    case EventKind::mute: mix_.mute(event); break;
    case EventKind::solo: mix_.solo(event); break;
    case EventKind::master_volume: mix_.set_master_volume(event.value, event.frame); break;
    case EventKind::tempo:
    case EventKind::transport:
    case EventKind::clock_tick: keep_time(event); break;
    case EventKind::change_rig: change_rig(event); break;
    case EventKind::count: break;
    }
    return true;
}

void Conductor::keep_time(const Event& event) {
    if (!time_.keep(event)) return;
    sender_.set_arrival(0);  // not played by hand: no figure of response
    voices_.for_each(
        [&](std::uint32_t slot, ConductedVoice&) { sender_.send(slot, event.frame, time_.at(event.frame)); });
}

// The rig's file, or a script's defaults, have changed while it plays: an event like any other, of which mixer and voices get
// commands and messages, so that a log has all of it.
void Conductor::change_rig(const Event& event) {
    const auto frame = event.frame;
    const auto* was = stage_.change_rig(event);
    if (!was) return;
    voices_.for_each([&](std::uint32_t slot, ConductedVoice& voice) {
        const auto& now = stage_.rig().instruments[voice.instrument];
        const auto& before = was->instruments[voice.instrument];
        voice.priority = now.priority;
        if (now.gain_db != before.gain_db || now.pan != before.pan) mix_.send(slot, frame);
        if (now.bend_range != before.bend_range) expression_.send(slot, VoiceControl::bend, frame);
    });
    mix_.change_rig(*was, frame);
}

void Conductor::publish_counts() {
    notes_.count_voices();
    sender_.show_free_slots();
    sender_.view().show_counts(order_.waiting() + notes_.late_offs(), voices_.used());
}

}  // namespace forerun
