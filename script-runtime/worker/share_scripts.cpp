#include "script-runtime/worker/share_scripts.h"

#include <algorithm>

#include "script-runtime/sandbox/thread_time.h"
#include "shared/threads/single_writer.h"

namespace forerun {
namespace {

constexpr std::int64_t most_warming_nanoseconds = 20'000'000'000;  // of all instruments together
constexpr std::uint32_t most_pooled = 8;

}  // namespace

ShareScripts::ShareScripts(const LuaHostOptions& options, const Rig& rig, WorkerLine& line, ActivityLine& activity)
    : rig_(rig), line_(line), activity_(activity), host_(options), versions_(rig) {
    for (std::size_t i = 0; i < rig_.instruments.size(); ++i)
        host_.load_instrument(static_cast<std::uint16_t>(i), rig_.instruments[i]);
}

std::vector<std::size_t> ShareScripts::warm(std::atomic<std::int32_t>& present) {
    std::vector<std::size_t> slow;
    const ThreadTime time;
    const auto give_up = time.nanoseconds() + most_warming_nanoseconds;
    for (std::size_t i = 0; i < rig_.instruments.size(); ++i) {
        present.store(static_cast<std::int32_t>(i), std::memory_order_relaxed);
        const auto left = std::max<std::int64_t>(0, give_up - time.nanoseconds());
        if (!host_.warm(static_cast<std::uint16_t>(i), std::min(rig_.instruments[i].polyphony, most_pooled),
                        std::min(left, LuaHost::most_warming_nanoseconds)) &&
            left >= LuaHost::most_warming_nanoseconds)
            slow.push_back(i);
    }
    present.store(-1, std::memory_order_relaxed);
    host_.collect_all();
    garbage_.stepped(true, host_.lua_bytes());
    return slow;
}

bool ShareScripts::prepare_step() {
    if (!preparation_.has_work()) return false;
    activity_.changes(Activity::warming);
    preparation_.step(host_, versions_);
    activity_.changes(Activity::idle);
    return true;
}

bool ShareScripts::collect_step(bool rings_are_full) {
    const auto bytes = host_.lua_bytes();
    line_.lua_bytes.store(bytes, std::memory_order_relaxed);
    if (!garbage_.wants_step(bytes, rings_are_full)) return false;
    activity_.changes(Activity::collecting);
    const auto began = monotonic_nanoseconds();
    const bool ends_cycle = host_.collect_step();
    garbage_.stepped(ends_cycle, host_.lua_bytes());
    const auto took = monotonic_nanoseconds() - began;
    line_.garbage_step_nanoseconds.add(static_cast<std::uint64_t>(took));
    bump(line_.garbage_nanoseconds, took);
    activity_.changes(Activity::idle);
    return true;
}

}  // namespace forerun
