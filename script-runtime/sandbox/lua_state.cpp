// Life, calls and collector of a LuaState; lua_state_limits.cpp bounds its calls, lua_state_errors.cpp makes its messages.
#include "script-runtime/sandbox/lua_state.h"

#include <fmt/format.h>

#include <lua.hpp>
#include <new>

#include "script-runtime/sandbox/script_words.h"
#include "script-runtime/sandbox/sized_thread.h"

namespace forerun {
namespace {

// 64 different scripts at several quality levels must all stay compiled. The defaults of other builds are 1000 traces and
// 512 KiB.
constexpr const char* jit_options =
    "local start = require('jit.opt').start; start('maxtrace=8000', 'maxmcode=16384', 'sizemcode=256', 'hotloop=56')";

// Stack for calls from C back into Lua: a level of string.gsub takes 9 KiB, so this is for a hundred of them. The rest of the
// thread's stack is for LuaJIT's parser and compiler, for messages, and for builds with larger frames.
constexpr std::ptrdiff_t most_stack_bytes = 1 << 20;
constexpr std::size_t stack_reserve_bytes = 256u << 10;  // on threads that are not ours

// Registry key of the LuaState, for C functions that Lua calls.
const char owner_key = 0;

}  // namespace

LuaState* LuaState::owner(lua_State* lua) {
    lua_pushlightuserdata(lua, const_cast<char*>(&owner_key));
    lua_rawget(lua, LUA_REGISTRYINDEX);
    auto* state = static_cast<LuaState*>(lua_touserdata(lua, -1));
    lua_pop(lua, 1);
    return state;
}

LuaState::LuaState(const LuaStateOptions& options)
    : options_(options), lua_(luaL_newstate()), thread_(&LuaState::on_interrupt, this) {
    if (!lua_) throw std::bad_alloc();
    bytes_ = static_cast<std::uint64_t>(lua_gc(lua_, LUA_GCCOUNT, 0)) * 1024 +
             static_cast<std::uint64_t>(lua_gc(lua_, LUA_GCCOUNTB, 0));
    inner_allocate_ = lua_getallocf(lua_, &inner_data_);
    lua_setallocf(lua_, &LuaState::allocate, this);
    luaL_openlibs(lua_);
    lua_pushlightuserdata(lua_, const_cast<char*>(&owner_key));
    lua_pushlightuserdata(lua_, this);
    lua_rawset(lua_, LUA_REGISTRYINDEX);
    if (!options_.jit)
        luaJIT_setmode(lua_, 0, LUAJIT_MODE_ENGINE | LUAJIT_MODE_OFF);
    else if (luaL_dostring(lua_, jit_options) != 0)
        lua_pop(lua_, 1);  // a LuaJIT without compiler
    lua_settop(lua_, 0);
    lua_pushcfunction(lua_, &LuaState::on_error);  // index 1, for the state's whole life
    lua_gc(lua_, LUA_GCSTOP, 0);
    lua_gc(lua_, LUA_GCSETSTEPMUL, 1000);
}

LuaState::~LuaState() {
    // lua_close recognises its own allocator and then frees the whole pool at once.
    lua_setallocf(lua_, inner_allocate_, inner_data_);
    lua_close(lua_);
}

bool LuaState::call(int arguments, int results, const std::string& fallback_place) {
    over_limit_ = false;
    bytes_before_call_ = bytes_;
    fallback_place_ = &fallback_place;
    call_stack_ = static_cast<const char*>(__builtin_frame_address(0));
    thread_.enter();
    // Release: pairs with the acquire in interrupt(): it sees that thread_ was entered.
    running_.store(++calls_, std::memory_order_release);
    const int status = lua_pcall(lua_, arguments, results, 1);
    running_.store(0, std::memory_order_relaxed);
    thread_.leave();
    if (status == 0 && failed_call_ != calls_ && !over_limit_) {
        if (collecting_) lua_gc(lua_, LUA_GCSTOP, 0), collecting_ = false;
        return true;
    }
    if (status == 0) lua_pop(lua_, results);  // the script has caught the error
    take_error(status, fallback_place);
    if (collecting_) lua_gc(lua_, LUA_GCSTOP, 0), collecting_ = false;
    end_hook();
    return false;
}

bool LuaState::load(std::string_view source, const std::string& shown) {
    const auto fallback_place = shown.empty() ? std::string("script") : shown.substr(1);
    if (!source.empty() && source[0] == '\x1b') {
        error_ = fallback_place + ": is compiled bytecode; give the source text";
        return false;
    }
    if (source.starts_with("\xff\xfe") || source.starts_with("\xfe\xff")) {
        error_ = fallback_place + ": is UTF-16 text; save it as UTF-8";
        return false;
    }
    if (source.starts_with("\xef\xbb\xbf")) source.remove_prefix(3);
    over_limit_ = false;
    bytes_before_call_ = bytes_;
    const int status = luaL_loadbufferx(lua_, source.data(), source.size(), shown.c_str(), "t");
    if (status == 0) return true;
    if (status == LUA_ERRMEM) {
        error_ = fallback_place + ": " + memory_text();
    } else {
        const char* text = lua_tostring(lua_, -1);
        error_ = one_line(text ? text : "");
        // The parser shortens long names as well: "...end/of/name.lua:3: reason".
        const auto end_of_name = error_.find(".lua:");
        if (error_.starts_with("...") && end_of_name != std::string::npos)
            error_ = fallback_place + error_.substr(end_of_name + 4);
    }
    lua_pop(lua_, 1);
    return false;
}

bool LuaState::has_stack() const noexcept {
    const auto* here = static_cast<const char*>(__builtin_frame_address(0));
    // Stacks grow downwards wherever LuaJIT runs.
    return call_stack_ - here < most_stack_bytes && stack_bytes_left() > stack_reserve_bytes;
}

void LuaState::forget_hot_code() noexcept {
    if (!options_.jit) return;
    luaJIT_setmode(lua_, 0, LUAJIT_MODE_ENGINE | LUAJIT_MODE_OFF);
    luaJIT_setmode(lua_, 0, LUAJIT_MODE_ENGINE | LUAJIT_MODE_ON);
}

bool LuaState::collect_step() {
    const bool completed = lua_gc(lua_, LUA_GCSTEP, 0) != 0;
    lua_gc(lua_, LUA_GCSTOP, 0);
    return completed;
}

void LuaState::collect_all() {
    lua_gc(lua_, LUA_GCCOLLECT, 0);
    lua_gc(lua_, LUA_GCSTOP, 0);
}

std::string LuaState::memory_text() const {
    return fmt::format("used more than {} MiB of memory", options_.memory_bytes >> 20);
}

}  // namespace forerun
