// The options that render and play share, and the configuration that results.
#pragma once

#include <CLI/CLI.hpp>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "shared/configuration.h"
#include "tools/options/option_range.h"

namespace forerun {

struct EngineOptions {
    std::string rig;          // --rig; empty: the General MIDI rig
    int rate_hz = 0;          // 0: not given
    std::int64_t block = 0;   // 0: not given
    std::int64_t depth = -1;  // −1: not given
    std::uint32_t workers = 0;
    std::uint32_t voices = 0;  // 0: not given
    std::string jit = "on";
    bool trust = false;
    std::string library;  // --dsp; empty: the program's own
    bool no_quality = false;
    std::uint64_t seed = 1;
    std::string json;  // --json; empty: none
};

void add_engine_options(CLI::App& command, EngineOptions& options);

// If rate and block were not given, the caller sets them.
Configuration configuration_of(const EngineOptions& options);

// A script by path, or by name in `folder` ("rigs", "voices") of the default script path, with or without .lua. Throws BadInput,
// naming `option`, when there is none.
std::filesystem::path find_script(const std::string& name, const std::string& folder, const std::string& option);

}  // namespace forerun
