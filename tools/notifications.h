// Reads what the engine says happened, and turns what people must know into lines.
#pragma once

#include <cstring>
#include <string>
#include <vector>

#include "rt-engine/forerun.h"
#include "tools/problems.h"

namespace forerun {

// Takes every waiting notification. Errors of scripts become problems; the lines that are new are returned.
inline std::vector<std::string> read_notifications(Engine& engine, Problems& problems) {
    std::vector<std::string> lines;
    Notification notification;
    while (engine.next_notification(notification)) {
        const std::string text(notification.text, strnlen(notification.text, sizeof notification.text));
        if (notification.kind == NotificationKind::fixed) lines.push_back(text);  // it plays all the same
        if (notification.kind == NotificationKind::error && problems.add(text)) lines.push_back(text);
    }
    return lines;
}

}  // namespace forerun
