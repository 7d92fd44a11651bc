// After a reload: a line for each change of the script's description that takes effect only at the next start.
#pragma once

#include <fmt/format.h>

#include <string>
#include <vector>

#include "shared/rig/rig.h"

namespace forerun {

// Both as the script declares, without a rig. shown: the script's name in the lines.
inline std::vector<std::string> description_remarks(const InstrumentDescription& before,
                                                    const InstrumentDescription& now, const std::string& shown) {
    std::vector<std::string> remarks;
    const auto later = [&](const std::string& what) {
        remarks.push_back(fmt::format("{}: {}; that takes effect at the next start", shown, what));
    };
    if (before.name != now.name) later(fmt::format("its name is now \"{}\"", now.name));
    if (before.polyphony != now.polyphony) later(fmt::format("polyphony is now {}", now.polyphony));
    if (before.priority != now.priority) later(fmt::format("priority is now {}", now.priority));
    if (before.channels != now.channels)
        remarks.push_back(fmt::format("{}: channels is now {}; notes that sound keep theirs", shown, now.channels));
    for (const auto& parameter : now.parameters) {
        const auto place = place_of(before.parameters, parameter.name);
        if (!place) {
            later(fmt::format("parameter \"{}\" is new; it has its default, and cannot be moved yet", parameter.name));
            continue;
        }
        const auto& old = before.parameters[*place];
        if (old.minimum != parameter.minimum || old.maximum != parameter.maximum)
            later(fmt::format("parameter \"{}\" has another range", parameter.name));
        if (old.unit != parameter.unit || old.logarithmic != parameter.logarithmic)
            later(fmt::format("parameter \"{}\" has another unit or scale", parameter.name));
    }
    for (const auto& parameter : before.parameters)
        if (!place_of(now.parameters, parameter.name)) later(fmt::format("parameter \"{}\" is gone", parameter.name));
    return remarks;
}

}  // namespace forerun
