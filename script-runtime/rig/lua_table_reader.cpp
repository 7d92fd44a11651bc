// Fields of a table: numbers, texts, and lists of them. lua_table_entries.cpp has tables in the table.
#include "script-runtime/rig/lua_table_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <lua.hpp>

#include "script-runtime/rig/lua_table_parts.h"
#include "script-runtime/sandbox/lua_stack.h"
#include "script-runtime/sandbox/script_words.h"
#include "shared/bad_input.h"

namespace forerun {
namespace {

std::string short_number(double value) { return fmt::format("{:g}", value); }

}  // namespace

LuaTableReader::LuaTableReader(lua_State* lua, int index, std::string where)
    : lua_(lua), index_(index > 0 ? index : lua_gettop(lua) + 1 + index), where_(std::move(where)) {}

// The text may contain keys, which can be anything.
void LuaTableReader::fail(const std::string& what) const { throw BadInput(where_ + ": " + one_line(what)); }

bool LuaTableReader::has(const char* key) const {
    const StackKeeper keeper(lua_, table_slots);
    push_field(lua_, index_, key);
    return !lua_isnil(lua_, -1);
}

bool LuaTableReader::is_table(const char* key) const {
    const StackKeeper keeper(lua_, table_slots);
    push_field(lua_, index_, key);
    return lua_istable(lua_, -1);
}

bool LuaTableReader::is_function(const char* key) const {
    const StackKeeper keeper(lua_, table_slots);
    push_field(lua_, index_, key);
    return lua_isfunction(lua_, -1);
}

std::optional<double> LuaTableReader::number(const char* key, double minimum, double maximum) const {
    const StackKeeper keeper(lua_, table_slots);
    push_field(lua_, index_, key);
    if (lua_isnil(lua_, -1)) return {};
    if (lua_type(lua_, -1) != LUA_TNUMBER)
        fail(fmt::format("{} must be a number, not a {}", key, luaL_typename(lua_, -1)));
    const double value = lua_tonumber(lua_, -1);
    if (!(value >= minimum && value <= maximum)) {
        fail(fmt::format("{} is {}; give a number from {} to {}", key, short_number(value), short_number(minimum),
                         short_number(maximum)));
    }
    return value;
}

std::optional<int> LuaTableReader::integer(const char* key, int minimum, int maximum) const {
    const auto value = number(key, minimum, maximum);
    if (!value) return {};
    if (*value != std::floor(*value))
        fail(fmt::format("{} is {}; give a whole number from {} to {}", key, short_number(*value), minimum, maximum));
    return static_cast<int>(*value);
}

std::optional<std::string> LuaTableReader::text(const char* key) const {
    const StackKeeper keeper(lua_, table_slots);
    push_field(lua_, index_, key);
    if (lua_isnil(lua_, -1)) return {};
    if (lua_type(lua_, -1) != LUA_TSTRING)
        fail(fmt::format("{} must be a text, not a {}", key, luaL_typename(lua_, -1)));
    std::string value = lua_tostring(lua_, -1);
    const bool control = std::any_of(value.begin(), value.end(), is_control);
    if (value.empty() || value.size() > 200 || control)
        fail(fmt::format("{} must be a text of 1 to 200 characters", key));
    return value;
}

std::optional<std::size_t> LuaTableReader::choice(const char* key, std::initializer_list<const char*> choices) const {
    const auto value = text(key);
    if (!value) return {};
    std::vector<std::string> names(choices.begin(), choices.end());
    const auto found = std::find(names.begin(), names.end(), *value);
    if (found == names.end()) fail(fmt::format("{} is \"{}\"; choose one of {}", key, *value, joined(names)));
    return static_cast<std::size_t>(found - names.begin());
}

std::vector<LuaTableReader::Value> LuaTableReader::values(const char* key) const {
    const StackKeeper keeper(lua_, table_slots);
    push_field(lua_, index_, key);
    const auto value_at = [&](int index) -> Value {
        switch (lua_type(lua_, index)) {
        case LUA_TNUMBER: return lua_tonumber(lua_, index);
        case LUA_TSTRING: return lua_tostring(lua_, index);
        case LUA_TBOOLEAN: return lua_toboolean(lua_, index) != 0;
        default: fail(fmt::format("{} must be numbers, texts, true or false, or a list of them", key));
        }
    };
    if (lua_isnil(lua_, -1)) return {};
    if (!lua_istable(lua_, -1)) return {value_at(-1)};
    const int list = lua_gettop(lua_);
    const auto count = lua_objlen(lua_, list);
    if (count == 0 || count > most_table_entries)
        fail(fmt::format("{} must be a list of 1 to {} values", key, most_table_entries));
    std::vector<Value> values;
    for (std::size_t i = 1; i <= count; ++i) {
        lua_rawgeti(lua_, list, static_cast<int>(i));
        values.push_back(value_at(-1));
        lua_pop(lua_, 1);
    }
    return values;
}

std::vector<int> LuaTableReader::integers(const char* key, int minimum, int maximum) const {
    const StackKeeper keeper(lua_, table_slots);
    push_field(lua_, index_, key);
    if (lua_isnil(lua_, -1)) return {};
    if (lua_type(lua_, -1) == LUA_TNUMBER) return {*integer(key, minimum, maximum)};
    const auto bad = [&]() {
        fail(fmt::format("{} must be a whole number from {} to {}, or a list of them", key, minimum, maximum));
    };
    if (!lua_istable(lua_, -1)) bad();
    std::vector<int> values;
    const int list = lua_gettop(lua_);
    const auto count = lua_objlen(lua_, list);
    if (count == 0 || count > 256) bad();
    for (std::size_t i = 1; i <= count; ++i) {
        lua_rawgeti(lua_, list, static_cast<int>(i));
        const double value = lua_type(lua_, -1) == LUA_TNUMBER ? lua_tonumber(lua_, -1) : NAN;
        if (!(value >= minimum && value <= maximum) || value != std::floor(value)) bad();
        values.push_back(static_cast<int>(value));
        lua_pop(lua_, 1);
    }
    return values;
}

std::vector<std::string> LuaTableReader::texts(const char* key) const {
    const StackKeeper keeper(lua_, table_slots);
    push_field(lua_, index_, key);
    if (lua_isnil(lua_, -1)) return {};
    const auto bad = [&]() { fail(fmt::format("{} must be a list of texts: {} = {{ \"one\", \"two\" }}", key, key)); };
    if (!lua_istable(lua_, -1)) bad();
    std::vector<std::string> values;
    const int list = lua_gettop(lua_);
    const auto count = lua_objlen(lua_, list);
    for (std::size_t i = 1; i <= count; ++i) {
        lua_rawgeti(lua_, list, static_cast<int>(i));
        if (lua_type(lua_, -1) != LUA_TSTRING) bad();
        values.emplace_back(lua_tostring(lua_, -1));
        lua_pop(lua_, 1);
    }
    return values;
}

}  // namespace forerun
