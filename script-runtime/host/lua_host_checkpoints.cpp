// Copies of an instance's state: its dsp objects' memory, its random numbers, and what lua/checkpoints.lua finds.
#include <cstring>

#include "script-runtime/host/lua_host_parts.h"

namespace forerun {

bool LuaHost::save_checkpoint(Instance& instance, Checkpoint& checkpoint, bool outlasts) {
    auto& host = *impl_;
    if (!host.may_call(instance)) return false;
    auto* lua = host.lua;
    if (checkpoint.slot == LUA_NOREF) {
        lua_createtable(lua, 64, 4);
        checkpoint.slot = host.pop_reference();
    }
    host.sandbox.push(Sandbox::save);
    host.push_reference(instance.object);
    host.push_reference(instance.self);
    host.push_reference(checkpoint.slot);
    if (!host.call(instance, 3, 1)) return false;
    if (!lua_isnil(lua, -1)) {
        const std::string reason = lua_tostring(lua, -1);
        const auto& shown = host.shown_of(instance);
        instance.refusal = reason.starts_with(shown + ":") ? reason : shown + ": " + reason;
        host.state.set_error(instance.refusal + "; the voice's events wait for what is rendered ahead");
        lua_pop(lua, 1);
        return false;
    }
    lua_pop(lua, 1);

    const auto& memory = instance.memory;
    checkpoint.arena_bytes = memory.arena_used_bytes;
    checkpoint.arena.resize((memory.arena_used_bytes + sizeof(Checkpoint::Line) - 1) / sizeof(Checkpoint::Line));
    // Without dsp objects there is no memory, and memcpy requires a valid pointer even for 0 bytes.
    if (checkpoint.arena_bytes != 0) std::memcpy(checkpoint.arena.data(), memory.arena, checkpoint.arena_bytes);
    const bool often = most_written(memory.lines) > static_cast<double>(memory.frame + 2 * quantum_frames);
    save(memory.lines, checkpoint.lines, outlasts || often);
    std::memcpy(checkpoint.rng_state, memory.rng_state, sizeof checkpoint.rng_state);
    checkpoint.quality = memory.quality;
    checkpoint.time = instance.time;
    checkpoint.set_hz = instance.set_hz;
    return true;
}

bool LuaHost::can_restore(const Instance& instance, const Checkpoint& checkpoint) const noexcept {
    return forerun::can_restore(instance.memory.lines, instance.most_written, checkpoint.lines);
}

bool LuaHost::restore_checkpoint(Instance& instance, const Checkpoint& checkpoint) {
    auto& host = *impl_;
    instance.failure.clear();
    if (!can_restore(instance, checkpoint)) {
        instance.failure = host.shown_of(instance) +
                           ": a dsp.delay was written so often since the last copy of the voice's state that it cannot "
                           "be taken back; write it once per frame";
        return host.may_call(instance);
    }
    host.sandbox.push(Sandbox::restore);
    host.push_reference(instance.object);
    host.push_reference(checkpoint.slot);
    if (!host.call(instance, 2, 0)) return false;
    auto& memory = instance.memory;
    if (checkpoint.arena_bytes != 0) std::memcpy(memory.arena, checkpoint.arena.data(), checkpoint.arena_bytes);
    restore(memory.lines, instance.most_written, checkpoint.lines);
    std::memcpy(memory.rng_state, checkpoint.rng_state, sizeof checkpoint.rng_state);
    memory.quality = checkpoint.quality;
    instance.time = checkpoint.time;
    instance.set_hz = checkpoint.set_hz;
    return true;
}

void LuaHost::forget_checkpoint(Checkpoint& checkpoint) noexcept {
    if (checkpoint.slot == LUA_NOREF) return;
    auto& host = *impl_;
    host.sandbox.push(Sandbox::forget);
    host.push_reference(checkpoint.slot);
    if (!host.state.call(1, 0, "forget")) lua_settop(host.lua, 0);
}

void LuaHost::set_quiet(bool quiet) noexcept { impl_->renders_again = quiet; }

}  // namespace forerun
