#include "script-runtime/sandbox/lua_state.h"

#include <fmt/format.h>

#include <lua.hpp>
#include <new>

#include "script-runtime/sandbox/script_words.h"
#include "script-runtime/sandbox/sized_thread.h"
#include "shared/bad_input.h"

namespace forerun {
namespace {

// 64 different scripts at several quality levels must all stay compiled. The default of this LuaJIT allows as many traces
// and more code; elsewhere it is 1000 traces and 512 KiB.
constexpr const char* jit_options =
    "local start = require('jit.opt').start; start('maxtrace=8000', 'maxmcode=16384', 'sizemcode=256', 'hotloop=56')";

// How far beyond the limit an allocation is refused at once. What is small is given as much again: the hook, the error's text
// and a table that only came last shall not be what is refused.
constexpr std::uint64_t slack_bytes = 32u << 20;
constexpr std::size_t small_bytes = 64u << 10;

// What calls from C back into Lua may take: a level of string.gsub has 9 KiB, so this is for a hundred of them. The rest of a
// script's thread has is for LuaJIT's parser and compiler, for messages, and for builds with larger frames.
constexpr std::ptrdiff_t most_stack_bytes = 1 << 20;
constexpr std::size_t stack_reserve_bytes = 256u << 10;  // on threads that are not ours

// How deep a failure's place is looked for. lua_getstack() walks down from the top each time, so that all levels of a
// recursion without end would take a second, which nothing interrupts.
constexpr int most_levels = 100;

// Where the state's owner is found again by the C functions that Lua calls.
const char owner_key = 0;

LuaState* owner(lua_State* lua) {
    lua_pushlightuserdata(lua, const_cast<char*>(&owner_key));
    lua_rawget(lua, LUA_REGISTRYINDEX);
    auto* state = static_cast<LuaState*>(lua_touserdata(lua, -1));
    lua_pop(lua, 1);
    return state;
}

// LuaJIT shortens long file names in its messages, and the sandbox's pcall leaves only their last part. Puts the whole name back
// where a level of the stack has it.
std::string with_whole_name(lua_State* lua, std::string text) {
    lua_Debug place;
    for (int level = 0; level < most_levels && lua_getstack(lua, level, &place); ++level) {
        lua_getinfo(lua, "S", &place);
        if (place.source[0] != '@') continue;
        const std::string_view whole = place.source + 1;
        for (const std::string_view shown : {std::string_view(place.short_src), whole.substr(whole.rfind('/') + 1)})
            if (text.starts_with(shown) && text.size() > shown.size() && text[shown.size()] == ':')
                return std::string(whole) + text.substr(shown.size());
    }
    return text;
}

}  // namespace

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

bool LuaState::call(int arguments, int results, const std::string& blamed) {
    over_limit_ = false;
    bytes_before_call_ = bytes_;
    blamed_ = &blamed;
    call_stack_ = static_cast<const char*>(__builtin_frame_address(0));
    thread_.enter();
    // Release: pairs with interrupt(), for which this thread is inside from here on.
    running_.store(++calls_, std::memory_order_release);
    const int status = lua_pcall(lua_, arguments, results, 1);
    running_.store(0, std::memory_order_relaxed);
    thread_.leave();
    if (status == 0 && failed_call_ != calls_ && !over_limit_) {
        if (collecting_) lua_gc(lua_, LUA_GCSTOP, 0), collecting_ = false;
        return true;
    }
    if (status == 0) lua_pop(lua_, results);  // the script has swallowed it
    take_error(status, blamed);
    if (collecting_) lua_gc(lua_, LUA_GCSTOP, 0), collecting_ = false;
    end_hook();
    return false;
}

void LuaState::take_error(int status, const std::string& blamed) {
    if (status == 0) {
        if (failed_call_ != calls_) error_ = fmt::format("{}: {}", blamed, memory_text());
        return;  // else the hook has written it
    }
    const char* text = lua_tostring(lua_, -1);
    if (failed_call_ == calls_) {
        // error_ is the hook's, whatever the script made of it.
    } else if (status == LUA_ERRMEM || over_limit_) {
        error_ = fmt::format("{}: {}", blamed, memory_text());
    } else if (status == LUA_ERRERR) {
        // The handler had no room left on the stack.
        error_ = blamed + ": failed where no place can be told; most likely a function calls itself without end";
    } else {
        error_ = text ? one_line(text) : blamed + ": failed without a message";
    }
    lua_pop(lua_, 1);
}

// Takes the place in the host's own Lua off the front: it says nothing to whoever wrote the script. That of the dsp library
// stays.
std::string LuaState::without_host_place(lua_State* lua, const std::string& text) {
    lua_Debug place;
    for (int level = 0; level < most_levels && lua_getstack(lua, level, &place); ++level) {
        lua_getinfo(lua, "S", &place);
        const std::string_view shown = place.short_src;
        if (place.source[0] != '=' || shown.starts_with("dsp.") || shown == "[C]") continue;
        if (!text.starts_with(shown) || text.size() <= shown.size() || text[shown.size()] != ':') continue;
        const auto end = text.find(": ", shown.size());
        if (end != std::string::npos) return text.substr(end + 2);
    }
    return text;
}

// What is wrong when a method of the dsp library was given something else as its object; empty when that is not it.
std::string LuaState::without_object(lua_State* lua) {
    lua_Debug place, method;
    bool found = false;
    for (int level = 0; level < most_levels && lua_getstack(lua, level, &place); ++level) {
        lua_getinfo(lua, "S", &place);
        if (place.source[0] == '@') break;
        if (!std::string_view(place.source).starts_with("=dsp.")) continue;
        method = place;  // that the script has called, when it is the last
        found = true;
    }
    const char* name = found ? lua_getlocal(lua, &method, 1) : nullptr;
    if (!name) return {};
    constexpr int cdata = 10;  // lua.h has no name for it
    const bool wrong = std::string_view(name) == "self" && lua_type(lua, -1) != cdata;
    lua_pop(lua, 1);
    if (!wrong) return {};
    return fmt::format("a method of {} was called without its object; write : and not . before its name",
                       method.source + 1);
}

// The message handler: turns what was thrown into "file:line: reason" with the script's own place in front.
int LuaState::on_error(lua_State* lua) {
    const int type = lua_type(lua, 1);
    const char* thrown = type == LUA_TSTRING || type == LUA_TNUMBER ? lua_tostring(lua, 1) : nullptr;
    {
        auto text = thrown ? without_host_place(lua, with_whole_name(lua, thrown))
                           : fmt::format("error(...) was given a {}, not a text", lua_typename(lua, type));
        if (auto told = without_object(lua); !told.empty()) text = std::move(told);
        auto place = script_place(lua);
        const auto file = place.substr(0, place.rfind(':'));
        // A call in return position leaves no place behind; the file is known all the same.
        if (place.empty()) place = *owner(lua)->blamed_;
        if (!(text.starts_with(file.empty() ? place : file) && text.find(": ") != std::string::npos))
            text = fmt::format("{}: {}", place, text);
        lua_settop(lua, 0);
        lua_pushlstring(lua, text.data(), text.size());
    }
    return 1;
}

bool LuaState::load(std::string_view source, const std::string& shown) {
    const auto blamed = shown.empty() ? std::string("script") : shown.substr(1);
    if (!source.empty() && source[0] == '\x1b') {
        error_ = blamed + ": is compiled bytecode; give the source text";
        return false;
    }
    if (source.starts_with("\xff\xfe") || source.starts_with("\xfe\xff")) {
        error_ = blamed + ": is UTF-16 text; save it as UTF-8";
        return false;
    }
    if (source.starts_with("\xef\xbb\xbf")) source.remove_prefix(3);
    over_limit_ = false;
    bytes_before_call_ = bytes_;
    const int status = luaL_loadbufferx(lua_, source.data(), source.size(), shown.c_str(), "t");
    if (status == 0) return true;
    if (status == LUA_ERRMEM) {
        error_ = blamed + ": " + memory_text();
    } else {
        const char* text = lua_tostring(lua_, -1);
        error_ = one_line(text ? text : "");
        // The parser shortens long names as well: "...end/of/name.lua:3: reason".
        const auto end_of_name = error_.find(".lua:");
        if (error_.starts_with("...") && end_of_name != std::string::npos)
            error_ = blamed + error_.substr(end_of_name + 4);
    }
    lua_pop(lua_, 1);
    return false;
}

std::string LuaState::script_place(lua_State* lua) {
    lua_Debug place;
    for (int level = 0; level < most_levels && lua_getstack(lua, level, &place); ++level) {
        lua_getinfo(lua, "Sl", &place);
        if (place.source[0] == '@' && place.currentline > 0)
            return fmt::format("{}:{}", place.source + 1, place.currentline);
    }
    return {};
}

bool LuaState::has_stack() const noexcept {
    const auto* here = static_cast<const char*>(__builtin_frame_address(0));
    // Stacks grow downwards wherever LuaJIT runs.
    return call_stack_ - here < most_stack_bytes && stack_bytes_left() > stack_reserve_bytes;
}

// ---- Time

void LuaState::interrupt() noexcept {
    // Acquire: pairs with the release in call().
    const auto running = running_.load(std::memory_order_acquire);
    if (running == 0) return;
    interrupted_call_.store(running, std::memory_order_relaxed);
    thread_.interrupt();
}

void LuaState::set_hook() noexcept {
    // The signal may have come while LuaJIT was switching its dispatch table, and the hook got lost in that. Removing and
    // setting it writes the table anew.
    if (++interruptions_ % 4 == 0) lua_sethook(lua_, nullptr, 0, 0);
    lua_sethook(lua_, &LuaState::hook, LUA_MASKCOUNT, 1);
}

void LuaState::on_interrupt(void* state) noexcept {
    auto* self = static_cast<LuaState*>(state);
    const auto running = self->running_.load(std::memory_order_relaxed);
    if (running != 0 && running == self->interrupted_call_.load(std::memory_order_relaxed)) self->set_hook();
}

// Runs on the state's own thread, before each instruction.
void LuaState::hook(lua_State* lua, lua_Debug*) {
    auto* self = owner(lua);
    const bool mine = self->over_limit_ || self->interrupted_call_.load(std::memory_order_relaxed) == self->calls_;
    if (!mine) lua_sethook(lua, nullptr, 0, 0);  // meant for a call that ended meanwhile
    if (!mine) return;
    if (self->failed_call_ != self->calls_) {
        self->failed_call_ = self->calls_;
        auto place = script_place(lua);
        if (place.empty()) place = *self->blamed_;
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
            // A call may make much garbage in one go; from here on the collector keeps up with it. Restarting only sets
            // a threshold, so it is allowed inside an allocation.
            self.collecting_ = true;
            lua_gc(self.lua_, LUA_GCRESTART, 0);
        }
        // A call that took much itself has earned it; one that only came last is left to whoever asks who holds it all.
        if (bytes > limit && bytes > self.bytes_before_call_ + limit / 4) self.over_limit();
        const bool small = new_bytes - old_bytes <= small_bytes;
        if (bytes > limit + (small ? 2 * slack_bytes : slack_bytes)) {
            // Whatever else the state holds: a script that went on behind pcall would go on differently from run to run.
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
