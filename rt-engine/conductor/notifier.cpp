#include "rt-engine/conductor/notifier.h"

#include <cstring>

namespace forerun {

void Notifier::handle(const MixerReport& report) {
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
    ring_.push(notification);
}

void Notifier::handle(const WorkerReport& report) {
    if (report.kind == WorkerReportKind::started)
        return notify(NotificationKind::voice_started, report.slot, report.frame, report.value);
    if (report.kind == WorkerReportKind::quality)
        return notify(NotificationKind::quality_changed, report.slot, report.frame, report.value);
    if (report.text[0] == 0) return;
    if (report.kind == WorkerReportKind::error) failed_(report);
    Notification notification;
    notification.kind = report.kind == WorkerReportKind::fixed  ? NotificationKind::fixed
                        : report.kind == WorkerReportKind::slow ? NotificationKind::slow
                                                                : NotificationKind::error;
    notification.slot = report.slot;
    notification.instrument = report.instrument;
    notification.serial = report.serial;
    notification.frame = report.frame;
    std::memcpy(notification.text, report.text, sizeof notification.text);
    ring_.push(notification);
}

void Notifier::dropped(const Event& note, std::uint16_t instrument) {
    Notification notification;
    notification.kind = NotificationKind::note_dropped;
    notification.channel = note.channel;
    notification.key = static_cast<std::uint8_t>(note.key());
    notification.instrument = instrument;
    notification.frame = note.frame;
    ring_.push(notification);
}

void Notifier::notify(NotificationKind kind, std::uint32_t slot, std::int64_t frame, std::int64_t value) {
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
    ring_.push(notification);
}

}  // namespace forerun
