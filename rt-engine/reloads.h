// A file was saved while it plays: what becomes of a changed script, and of a changed rig.
//
//   a script's file   every worker makes the new version ready, then an event per instrument lets its notes fade over to it
//   the rig's file    (rt-engine/conductor/rig_change.h) what can be heard at once is heard, as an event
//
// Both leave a rig behind that is the newest from then on, and remarks about what is not heard before the next start. When a
// file cannot be used the old one plays on, and nothing of this has changed.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "rt-engine/forerun.h"
#include "rt-engine/loaded_rig.h"
#include "shared/script_runtime.h"

namespace forerun {

class Conductor;
class SessionLog;

class Reloads {
public:
    // make_producer: of the events by which a reload is heard; called at the first. All arguments outlive this.
    Reloads(const Configuration& configuration, const SharedState& state, ScriptRuntime& scripts, LoadedRig& rig,
            std::function<Producer()> make_producer)
        : configuration_(configuration),
          state_(state),
          scripts_(scripts),
          rig_(rig),
          make_producer_(std::move(make_producer)) {}

    // How many instruments play the file; 0: none reads it. Throws BadInput. log: or null.
    // [any thread but audio; one after the other]
    std::size_t reload(const std::filesystem::path& file, Conductor& conductor, SessionLog* log);

    // What of it is not heard before the next start, or where a parameter was moved. [any thread but audio]
    std::vector<std::string> take_remarks();

private:
    bool is_of_library(const std::filesystem::path& file) const;
    bool is_of_rig(const std::filesystem::path& file) const;
    std::size_t reload_rig(const std::filesystem::path& file, Conductor& conductor, SessionLog* log);
    Rig with_new_defaults(const ScriptReload& reload);
    void use(Rig next, RigChangeOf what, Conductor& conductor);
    void send(Event event);

    const Configuration& configuration_;
    const SharedState& state_;
    ScriptRuntime& scripts_;
    LoadedRig& rig_;
    const std::function<Producer()> make_producer_;
    std::mutex mutex_;  // of what follows
    std::optional<Producer> producer_;
    std::vector<std::string> remarks_;
};

}  // namespace forerun
