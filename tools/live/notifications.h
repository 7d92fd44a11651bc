// Reads the engine's notifications, and turns those that users must know into text.
#pragma once

#include <string>
#include <vector>

#include "rt-engine/forerun.h"
#include "rt-engine/notifications.h"
#include "tools/report/problems.h"

namespace forerun {

struct News {
    std::vector<std::string> lines;  // to be shown once, above the picture
    std::string newest_underrun;     // empty: there was none
};

// Reads every notification that is new to the reader. Errors of scripts become problems; the lines that are new are returned.
News read_notifications(NotificationReader& reader, const Engine& engine, Problems& problems);

// "bass: 12 ms, worker 0 was collecting garbage for 15 ms"
std::string in_words(const UnderrunRecord& underrun, const Rig& rig, double rate_hz);

}  // namespace forerun
