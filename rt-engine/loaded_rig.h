// The rig that an engine plays: as it was loaded, the file that it came from, and as the newest reload left it.
//
// As it was loaded it stays from the start on, so that any thread may look at it. What a reload changes is another rig beside
// it, which lives as long as somebody holds it.
#pragma once

#include <filesystem>
#include <memory>
#include <mutex>
#include <vector>

#include "shared/rig/rig.h"

namespace forerun {

// The file that a rig came from, a rig's or a voice's; no path when a program made it.
struct RigSource {
    std::filesystem::path file;
    bool is_rig = false;
};

class LoadedRig {
public:
    // ---- Before the start [owner]

    void load(const Rig& rig, RigSource source = {});
    // What a player has taught and kept beside the rig's file.
    void add(const std::vector<ControllerMapping>& learned, const std::vector<Preset>& presets);

    bool is_loaded() const { return loaded_; }
    const Rig& rig() const { return rig_; }
    const RigSource& source() const { return source_; }

    // ---- As the newest reload left it [any thread that may wait]

    std::shared_ptr<const Rig> newest();
    void set_newest(std::shared_ptr<const Rig> rig);

private:
    Rig rig_;
    RigSource source_;
    bool loaded_ = false;
    std::mutex newest_mutex_;
    std::shared_ptr<const Rig> newest_;  // null: the one that was loaded
};

}  // namespace forerun
