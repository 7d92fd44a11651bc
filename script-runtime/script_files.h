// The files that scripts were read from, what voices declared, and which files to watch for changes.
//
// A rig may name a script by a link: then the link is watched, since its target may change.
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "shared/rig/rig.h"
#include "shared/script_runtime.h"

namespace forerun {

// The script of an instrument now: where its link, if any, leads to.
std::filesystem::path current_script(const InstrumentDescription& instrument);

// [any thread]
class ScriptFiles {
public:
    // Both keep the first of a file.
    void add(const std::filesystem::path& file, const std::string& text);
    void add_description(const InstrumentDescription& description);
    // Replaces what a script declared, and returns the previous description.
    InstrumentDescription exchange_description(const InstrumentDescription& description);

    // A link of the rig leads into this folder, or did.
    void add_linked_folder(const std::filesystem::path& folder);

    // See ScriptRuntime.
    std::vector<ScriptText> texts() const;
    std::vector<std::filesystem::path> watched(const Rig& rig) const;
    bool is_as_read(const std::filesystem::path& file) const;

private:
    mutable std::mutex mutex_;
    std::map<std::filesystem::path, std::string> texts_;
    std::map<std::filesystem::path, InstrumentDescription> descriptions_;  // by script
    std::set<std::filesystem::path> linked_folders_;
};

}  // namespace forerun
