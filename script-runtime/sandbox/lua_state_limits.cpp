// Limits of a LuaState's calls: the hook that fails a call which takes too long or too much memory, and the counting allocator.
#include <fmt/format.h>

#include <lua.hpp>

#include "script-runtime/sandbox/lua_state.h"

namespace forerun {
namespace {

// How far beyond the limit an allocation is refused at once. Small ones get as much again, so that the hook, the error message or
// an innocent small table is not refused.
constexpr std::uint64_t slack_bytes = 32u << 20;
constexpr std::size_t small_bytes = 64u << 10;

}  // namespace

// ---- Time

void LuaState::interrupt() noexcept {
    // Acquire: pairs with the release in call().
    const auto running = running_.load(std::memory_order_acquire);
    if (running == 0) return;
    interrupted_call_.store(running, std::memory_order_relaxed);
    thread_.interrupt();
}

void LuaState::set_hook() noexcept {
    // The signal may have arrived while LuaJIT was switching its dispatch table, which loses the hook. Removing and setting it
    // updates the table again.
    if (++interruptions_ % 4 == 0) lua_sethook(lua_, nullptr, 0, 0);
    lua_sethook(lua_, &LuaState::hook, LUA_MASKCOUNT, 1);
}

void LuaState::on_interrupt(void* state) noexcept {
    auto* self = static_cast<LuaState*>(state);
    const auto running = self->running_.load(std::memory_order_relaxed);
    if (running != 0 && running == self->interrupted_call_.load(std::memory_order_relaxed)) self->set_hook();
}

// Called on the state's own thread, before each instruction.
void LuaState::hook(lua_State* lua, lua_Debug*) {
    auto* self = owner(lua);
    const bool mine = self->over_limit_ || self->interrupted_call_.load(std::memory_order_relaxed) == self->calls_;
    if (!mine) lua_sethook(lua, nullptr, 0, 0);  // for a call that has ended meanwhile
    if (!mine) return;
    if (self->failed_call_ != self->calls_) {
        self->failed_call_ = self->calls_;
        auto place = script_place(lua);
        if (place.empty()) place = *self->fallback_place_;
        const auto reason = self->over_limit_
                                ? self->memory_text()
                                : fmt::format("did not return within {} ms", self->options_.watchdog_milliseconds);
        self->error_ = fmt::format("{}: {}", place, reason);
    }
    lua_pushlstring(lua, self->error_.data(), self->error_.size());
    lua_error(lua);
}

void LuaState::end_hook() noexcept {
    over_limit_ = false;
    lua_sethook(lua_, nullptr, 0, 0);
}

// ---- Memory

void* LuaState::allocate(void* data, void* block, std::size_t old_bytes, std::size_t new_bytes) {
    auto& self = *static_cast<LuaState*>(data);
    const auto bytes = self.bytes_ - old_bytes + new_bytes;
    if (new_bytes > old_bytes && self.running_.load(std::memory_order_relaxed) != 0) {
        const auto limit = self.options_.memory_bytes;
        if (bytes > limit / 2 && !self.collecting_) {
            // A call may produce much garbage at once; from here on the collector runs during the call. Restarting it only
            // sets a threshold, so it is allowed inside an allocation.
            self.collecting_ = true;
            lua_gc(self.lua_, LUA_GCRESTART, 0);
        }
        // Fails a call that allocated much itself. Otherwise the host decides afterwards which instance uses most.
        if (bytes > limit && bytes > self.bytes_before_call_ + limit / 4) self.over_limit();
        const bool small = new_bytes - old_bytes <= small_bytes;
        if (bytes > limit + (small ? 2 * slack_bytes : slack_bytes)) {
            // A script that continued after pcall would behave differently from run to run.
            self.over_limit();
            return nullptr;
        }
    }
    void* result = self.inner_allocate_(self.inner_data_, block, old_bytes, new_bytes);
    if (result || new_bytes == 0) self.bytes_ = bytes;
    if (result && new_bytes > old_bytes) self.taken_bytes_ += new_bytes - old_bytes;
    return result;
}

void LuaState::over_limit() noexcept {
    if (over_limit_) return;
    over_limit_ = true;
    lua_sethook(lua_, &LuaState::hook, LUA_MASKCOUNT, 1);
}

}  // namespace forerun
