// Finds out what a changed file means: which instruments get a new version of their script, and whether that version works.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "script-runtime/script_files.h"
#include "shared/configuration.h"
#include "shared/rig/rig.h"
#include "shared/script_runtime.h"

namespace forerun {

// [one thread, not audio]
class ScriptReloads {
public:
    // `rig` is the one that plays. All must outlive this.
    ScriptReloads(const Configuration& configuration, const Rig& rig, ScriptFiles& files)
        : configuration_(configuration), rig_(rig), files_(files), versions_(rig.instruments.size(), 0) {}

    // See ScriptRuntime.
    ScriptReload try_reload(const std::filesystem::path& given);

private:
    using Texts = std::map<std::filesystem::path, std::string>;

    InstrumentDescription describe_again(const std::filesystem::path& script, Texts& read) const;
    InstrumentDescription next_version(std::size_t instrument, const InstrumentDescription& script);

    const Configuration& configuration_;
    const Rig& rig_;
    ScriptFiles& files_;
    std::vector<std::uint16_t> versions_;  // newest of each instrument
};

}  // namespace forerun
