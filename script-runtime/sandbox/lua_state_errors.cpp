// Messages of a LuaState: what was thrown becomes "file:line: reason", with the place in the script.
#include <fmt/format.h>

#include <lua.hpp>

#include "script-runtime/sandbox/lua_state.h"
#include "script-runtime/sandbox/script_words.h"

namespace forerun {
namespace {

// How many levels are searched for the place of a failure. lua_getstack() starts from the top each time, so all levels of an
// endless recursion would take a second, without interruption.
constexpr int most_levels = 100;

// LuaJIT shortens long file names in its messages, and the sandbox's pcall leaves only their last part. Restores the whole name
// from the stack.
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

std::string LuaState::script_place(lua_State* lua) {
    lua_Debug place;
    for (int level = 0; level < most_levels && lua_getstack(lua, level, &place); ++level) {
        lua_getinfo(lua, "Sl", &place);
        if (place.source[0] == '@' && place.currentline > 0)
            return fmt::format("{}:{}", place.source + 1, place.currentline);
    }
    return {};
}

void LuaState::take_error(int status, const std::string& fallback_place) {
    if (status == 0) {
        if (failed_call_ != calls_) error_ = fmt::format("{}: {}", fallback_place, memory_text());
        return;  // otherwise the hook has set it
    }
    const char* text = lua_tostring(lua_, -1);
    if (failed_call_ == calls_) {
        // The hook has set error_; the script may have changed the thrown value.
    } else if (status == LUA_ERRMEM || over_limit_) {
        error_ = fmt::format("{}: {}", fallback_place, memory_text());
    } else if (status == LUA_ERRERR) {
        // The error handler had no stack left.
        error_ =
            fallback_place + ": failed where no place can be told; most likely a function calls itself without end";
    } else {
        error_ = text ? one_line(text) : fallback_place + ": failed without a message";
    }
    lua_pop(lua_, 1);
}

// Removes a leading place in the host's own Lua code, which means nothing to a script's author. Places in the dsp library stay.
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

// The message for a method of the dsp library that was called without its object; empty if that is not the cause.
std::string LuaState::without_object(lua_State* lua) {
    lua_Debug place, method;
    bool found = false;
    for (int level = 0; level < most_levels && lua_getstack(lua, level, &place); ++level) {
        lua_getinfo(lua, "S", &place);
        if (place.source[0] == '@') break;
        if (!std::string_view(place.source).starts_with("=dsp.")) continue;
        method = place;  // the last one found is the one that the script called
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

// The message handler: turns the thrown value into "file:line: reason" with the script's place in front.
int LuaState::on_error(lua_State* lua) {
    const int type = lua_type(lua, 1);
    const char* thrown = type == LUA_TSTRING || type == LUA_TNUMBER ? lua_tostring(lua, 1) : nullptr;
    {
        auto text = thrown ? without_host_place(lua, with_whole_name(lua, thrown))
                           : fmt::format("error(...) was given a {}, not a text", lua_typename(lua, type));
        if (auto reason = without_object(lua); !reason.empty()) text = std::move(reason);
        auto place = script_place(lua);
        const auto file = place.substr(0, place.rfind(':'));
        // A tail call leaves no place on the stack, but the file is known.
        if (place.empty()) place = *owner(lua)->fallback_place_;
        if (!(text.starts_with(file.empty() ? place : file) && text.find(": ") != std::string::npos))
            text = fmt::format("{}: {}", place, text);
        lua_settop(lua, 0);
        lua_pushlstring(lua, text.data(), text.size());
    }
    return 1;
}

}  // namespace forerun
