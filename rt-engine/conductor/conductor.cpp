#include "rt-engine/conductor/conductor.h"

#include <algorithm>
#include <cstring>

namespace forerun {
namespace {

constexpr std::int64_t live_margin_frames =
    4800;  // how far beyond the depth live events are handed over: our own stalls

}  // namespace

Conductor::Conductor(SharedState& state, const Configuration& configuration, const Rig& rig, Inbox& inbox,
                     NotificationQueue& notifications, std::unique_ptr<Outputs> outputs,
                     std::unique_ptr<Reports> reports, LiveEventQueue* live_events)
    : state_(state),
      configuration_(configuration),
      notifications_(notifications),
      outputs_(std::move(outputs)),
      reports_(std::move(reports)),
      live_events_(live_events),
      voices_(state),
      allocator_(voices_, configuration.voices, state.header().workers),
      view_(state.header().slots),
      sender_(voices_, *outputs_, view_),
      horizon_(state, *outputs_, configuration.offline),
      stage_(state, rig, voices_, sender_, view_),
      mix_(stage_, channels_, voices_, sender_, *outputs_),
      melodies_(rig.instruments.size()),
      order_(inbox, state.clock(), state.header().rate_hz, configuration),
      time_(state.header().rate_hz) {}

void Conductor::advance(std::int64_t clock) {
    clock_ = clock;
    outputs_->set_clock(clock);
    outputs_->flush();
    reports_->take(clock, *this);
    voices_.free_released();
    const auto promise = order_.take_arrived(clock);
    const auto ahead = clock + state_.header().depth_frames + (configuration_.offline ? 0 : live_margin_frames);
    const auto limit = std::min(ahead, promise);
    waits_for_slot_ = false;
    while (order_.has_before(limit)) {
        let_go_before(order_.first().frame);
        if (handle(order_.first()) == Handled::no_slot) {
            waits_for_slot_ = true;
            break;
        }
        if (live_events_ && order_.first().arrival_nanoseconds != 0) live_events_->enqueue(order_.first());
        outputs_->handled(order_.first());
        order_.drop_first();
        bump(state_.header().conductor.events);
    }
    // Live, what is played in the meantime comes first.
    if (!waits_for_slot_)
        let_go_before(configuration_.offline ? limit : std::min(limit, clock + configuration_.event_delay_frames));
    horizon_.move_to(waits_for_slot_ ? std::min(limit, order_.first().frame) : limit);
    outputs_->wake_addressed();
    publish_counts();
}

void Conductor::end(std::int64_t clock) {
    clock_ = clock;
    outputs_->set_clock(clock);
    reports_->take(clock, *this);
    reports_->end(clock);
}

Conductor::Handled Conductor::handle(const Event& event) {
    sender_.set_arrival(event.arrival_nanoseconds);
    switch (event.kind) {
    case EventKind::note_on:
        if (event.value > 0) return note_on(event);
        note_off(event);
        break;
    case EventKind::note_off: note_off(event); break;
    case EventKind::pitch_bend:
        channels_[event.channel % 16].bend = event.value;
        send_all_to_channel(event.channel, VoiceMessageKind::bend, event.frame);
        break;
    case EventKind::channel_pressure:
        channels_[event.channel % 16].pressure = event.value;
        send_all_to_channel(event.channel, VoiceMessageKind::pressure, event.frame);
        break;
    case EventKind::key_pressure:
        voices_.for_each([&](std::uint32_t slot, ConductedVoice& voice) {
            if (voice.channel == event.channel % 16 && voice.key == event.number)
                sender_.send(slot, VoiceMessageKind::pressure, event.frame, event.value);
        });
        break;
    case EventKind::controller: control(event); break;
    case EventKind::program: change_program(event); break;
    case EventKind::preset: stage_.recall(event.number, event.frame); break;
    case EventKind::keep_preset: stage_.keep_preset(event.number); break;
    case EventKind::rig: stage_.use_rig(event.number); break;
    case EventKind::learn: stage_.learn(event); break;
    case EventKind::mute: mix_.mute(event); break;
    case EventKind::solo: mix_.solo(event); break;
    case EventKind::parameter: stage_.move_parameter(event); break;
    case EventKind::reload: stage_.reload(event); break;
    case EventKind::system_reset: reset_system(event); break;
    case EventKind::master_volume: mix_.set_master_volume(event.value, event.frame); break;
    case EventKind::master_tuning:
        channels_.tuning().set_master(event.number == 0, std::clamp(event.value, -64.0f, 64.0f));
        retune(event.frame);
        break;
    case EventKind::channel_tuning:
        channels_[event.channel % 16].tune(event.number == 0, std::clamp(event.value, -64.0f, 64.0f));
        retune(event.frame);
        break;
    case EventKind::drum_part: channels_.drums().set(event.channel % 16, event.value > 0); break;
    case EventKind::change_rig: change_rig(event); break;
    case EventKind::tempo:
    case EventKind::transport:
    case EventKind::clock_tick: keep_time(event); break;
    case EventKind::all_notes_off:
        melodies_.forget_keys(event.channel);
        voices_.for_each([&](std::uint32_t slot, ConductedVoice& voice) {
            if (event.channel != all_channels && !voice.hears(event.channel)) return;
            if (voice.held || voice.sustained) sender_.release(slot, event.frame);
        });
        break;
    case EventKind::all_sound_off:
        melodies_.forget_keys(event.channel);
        voices_.for_each([&](std::uint32_t slot, ConductedVoice& voice) {
            if (event.channel == all_channels || voice.hears(event.channel)) sender_.stop(slot, event.frame);
        });
        break;
    }
    return Handled::yes;
}

void Conductor::hear(const MixerReport& report) {
    if (report.kind > MixerReportKind::late_switch) return;
    if (report.kind == MixerReportKind::finished)
        return notify(NotificationKind::voice_stopped, report.slot, report.frame);
    if (report.kind == MixerReportKind::late_switch)
        return notify(NotificationKind::late_switch, report.slot, report.frame, report.frame - report.value);
    Notification notification;
    notification.kind = NotificationKind::underrun;
    notification.slot = report.slot;
    notification.instrument = report.underrun.instrument;
    notification.serial = report.underrun.serial;
    notification.frame = report.underrun.frame;
    notification.value = report.underrun.frames_missing;
    notification.underrun = report.underrun;
    notifications_.push(notification);
}

void Conductor::hear(const WorkerReport& report) {
    if (report.kind == WorkerReportKind::started)
        return notify(NotificationKind::voice_started, report.slot, report.frame, report.value);
    if (report.kind == WorkerReportKind::quality)
        return notify(NotificationKind::quality_changed, report.slot, report.frame, report.value);
    if (report.text[0] == 0) return;
    if (report.kind == WorkerReportKind::error) stage_.go_back_from(report, clock_);
    Notification notification;
    notification.kind = report.kind == WorkerReportKind::fixed  ? NotificationKind::fixed
                        : report.kind == WorkerReportKind::slow ? NotificationKind::slow
                                                                : NotificationKind::error;
    notification.slot = report.slot;
    notification.instrument = report.instrument;
    notification.serial = report.serial;
    notification.frame = report.frame;
    std::memcpy(notification.text, report.text, sizeof notification.text);
    notifications_.push(notification);
}

void Conductor::notify(NotificationKind kind, std::uint32_t slot, std::int64_t frame, std::int64_t value) {
    const auto& voice = voices_[slot];
    Notification notification;
    notification.kind = kind;
    notification.channel = voice.channel;
    notification.key = voice.key;
    notification.slot = static_cast<std::uint16_t>(slot);
    notification.instrument = voice.instrument;
    notification.serial = voice.serial;
    notification.frame = frame;
    notification.value = value;
    notifications_.push(notification);
}

void Conductor::publish_counts() {
    allocator_.count_voices();
    for (std::uint32_t s = 0; s < voices_.size(); ++s)
        if (voices_[s].serial == 0) view_.show_free(s);
    view_.show_counts(order_.waiting() + late_offs_.size(), voices_.used());
}

}  // namespace forerun
