// The scripts of an engine's share on a worker: one Lua state, in which every instrument is loaded and warmed, new versions are
// prepared beside the old ones, and garbage is collected when there is time.
#pragma once

#include <atomic>
#include <cstdint>
#include <exception>
#include <future>
#include <vector>

#include "script-runtime/host/lua_host.h"
#include "script-runtime/worker/activity_line.h"
#include "script-runtime/worker/garbage_pace.h"
#include "script-runtime/worker/script_preparation.h"
#include "script-runtime/worker/script_versions.h"
#include "shared/rig/rig.h"
#include "shared/script_runtime.h"
#include "shared/worker_side.h"

namespace forerun {

// Belongs to the worker's thread.
class ShareScripts {
public:
    // Loads every instrument. Throws what loading one throws.
    ShareScripts(const LuaHostOptions& options, const Rig& rig, WorkerLine& line, ActivityLine& activity);

    LuaHost& host() { return host_; }
    const ScriptVersions& versions() const { return versions_; }
    const Rig& rig() const { return rig_; }

    // Once. `present`: where others see which instrument it is at; −1 at the end. Returns the instruments that took too long.
    std::vector<std::size_t> warm(std::atomic<std::int32_t>& present);

    // Makes new versions ready, step by step; the future has what was thrown, or null. [any thread, one at a time]
    std::future<std::exception_ptr> prepare(const ScriptReload& reload) { return preparation_.prepare(reload); }
    // The rest: a step of something, if there is anything to do. False: there was not.
    bool prepare_step();
    // Beside voices that sound, when it is time for one; all_deep: the neediest has at least half its depth.
    void prepare_beside(std::int64_t now, bool all_deep, double depth_nanoseconds) {
        if (preparation_.may_step(now, all_deep, depth_nanoseconds)) prepare_step();
    }
    bool collect_step(bool rings_are_full);
    bool pool_step() { return host_.refill_pools(); }

private:
    const Rig& rig_;
    WorkerLine& line_;
    ActivityLine& activity_;
    LuaHost host_;
    ScriptVersions versions_;
    ScriptPreparation preparation_;
    GarbagePace garbage_;
};

}  // namespace forerun
