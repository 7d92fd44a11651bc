#include "tools/live/notifications.h"

#include <fmt/format.h>

#include <cstring>

namespace forerun {

std::string in_words(const UnderrunRecord& u, const Rig& rig, double rate_hz) {
    const auto name = u.instrument < rig.instruments.size() ? rig.instruments[u.instrument].name : std::string("?");
    return fmt::format("{}: {:.1f} ms were missing, worker {} was {} for {:.1f} ms", name,
                       1e3 * static_cast<double>(u.frames_missing) / rate_hz, u.worker, name_of(u.activity),
                       1e-6 * static_cast<double>(u.activity_nanoseconds));
}

News read_notifications(NotificationReader& reader, const Engine& engine, Problems& problems) {
    News news;
    Notification notification;
    while (reader.next(notification)) {
        const std::string text(notification.text, strnlen(notification.text, sizeof notification.text));
        // They play all the same.
        if (notification.kind == NotificationKind::fixed || notification.kind == NotificationKind::slow)
            news.lines.push_back(text);
        if (notification.kind == NotificationKind::error && problems.add(text)) news.lines.push_back(text);
        if (notification.kind == NotificationKind::underrun)
            news.newest_underrun = in_words(notification.underrun, engine.rig(), engine.configuration().rate_hz);
    }
    return news;
}

}  // namespace forerun
