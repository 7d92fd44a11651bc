// Options that trade safety against response time, and the configuration that results.
#pragma once

#include <CLI/CLI.hpp>

#include <cstdint>

#include "shared/configuration.h"

namespace forerun {

struct RewindOptions {
    bool off = false;
    std::int64_t event_delay_frames = -1;  // −1: not given
    double floor_milliseconds = 0;         // 0: not given
    double load_ceiling_percent = 0;       // 0: not given
};

void add_rewind_options(CLI::App& command, RewindOptions& options);
void apply(const RewindOptions& options, Configuration& configuration);

}  // namespace forerun
