// Entries of a table: tables and lists of tables in it, entries by name or number, keys that are not known.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <lua.hpp>

#include "script-runtime/rig/lua_table_parts.h"
#include "script-runtime/rig/lua_table_reader.h"
#include "script-runtime/sandbox/lua_stack.h"

namespace forerun {

std::string joined(const std::vector<std::string>& names) {
    std::string all;
    constexpr std::size_t most = 20;
    for (std::size_t i = 0; i < names.size() && i < most; ++i) all += (all.empty() ? "" : ", ") + shown_key(names[i]);
    if (names.size() > most) all += fmt::format(" and {} more", names.size() - most);
    return all.empty() ? "none" : all;
}

void LuaTableReader::table(const char* key, const std::function<void(const LuaTableReader&)>& read) const {
    const StackKeeper keeper(lua_, table_slots);
    push_field(lua_, index_, key);
    if (lua_isnil(lua_, -1)) return;
    if (!lua_istable(lua_, -1)) fail(fmt::format("{} must be a table, not a {}", key, luaL_typename(lua_, -1)));
    read(LuaTableReader(lua_, -1, where_));
}

std::size_t LuaTableReader::list(const char* key,
                                 const std::function<void(const LuaTableReader&, std::size_t)>& read) const {
    const StackKeeper keeper(lua_, table_slots);
    push_field(lua_, index_, key);
    if (lua_isnil(lua_, -1)) return 0;
    if (!lua_istable(lua_, -1))
        fail(fmt::format("{} must be a list of tables, not a {}", key, luaL_typename(lua_, -1)));
    const int list_index = lua_gettop(lua_);
    const auto count = lua_objlen(lua_, list_index);
    if (count > most_table_entries)
        fail(fmt::format("{} has {} entries; {} is the most", key, count, most_table_entries));
    std::size_t entries = 0;
    for (lua_pushnil(lua_); lua_next(lua_, list_index) != 0; lua_pop(lua_, 1)) ++entries;
    if (entries != count)
        fail(fmt::format("{} must be a list without names and gaps: {{ {{ ... }}, {{ ... }} }}", key));
    for (std::size_t i = 1; i <= count; ++i) {
        lua_rawgeti(lua_, list_index, static_cast<int>(i));
        if (!lua_istable(lua_, -1))
            fail(fmt::format("{}: entry {} must be a table, not a {}", key, i, luaL_typename(lua_, -1)));
        read(LuaTableReader(lua_, -1, where_), i);
        lua_pop(lua_, 1);
    }
    return count;
}

void LuaTableReader::named(const std::function<void(const std::string&, int)>& read) const {
    const StackKeeper keeper(lua_, table_slots);
    std::vector<std::string> names;
    for (lua_pushnil(lua_); lua_next(lua_, index_) != 0; lua_pop(lua_, 1)) {
        if (lua_type(lua_, -2) != LUA_TSTRING) fail("every entry needs a name: name = value");
        const std::string name = lua_tostring(lua_, -2);
        if (name.empty() || name.size() > 200 || std::any_of(name.begin(), name.end(), is_control))
            fail(fmt::format("\"{}\" cannot be a name; give 1 to 200 printable characters", shown_key(name)));
        names.push_back(name);
    }
    std::sort(names.begin(), names.end());
    for (const auto& name : names) {
        push_field(lua_, index_, name.c_str());
        read(name, lua_gettop(lua_));
        lua_pop(lua_, 1);
    }
}

void LuaTableReader::numbered(const char* key, int last,
                              const std::function<void(int, const std::string&, const LuaTableReader*)>& read) const {
    const StackKeeper keeper(lua_, table_slots);
    std::vector<int> numbers;
    for (lua_pushnil(lua_); lua_next(lua_, index_) != 0; lua_pop(lua_, 1)) {
        const double number = lua_type(lua_, -2) == LUA_TNUMBER ? lua_tonumber(lua_, -2) : NAN;
        if (!(number >= 0 && number <= last) || number != std::floor(number))
            fail(fmt::format("{} has an entry without a number; write [74] = ..., with numbers from 0 to {}", key,
                             last));
        if (lua_type(lua_, -1) != LUA_TSTRING && !lua_istable(lua_, -1))
            fail(fmt::format("{} {} must be the name of a parameter, or a table, not a {}", key, number,
                             luaL_typename(lua_, -1)));
        if (numbers.size() == most_table_entries)
            fail(fmt::format("{} has more than {} entries", key, most_table_entries));
        numbers.push_back(static_cast<int>(number));
    }
    std::sort(numbers.begin(), numbers.end());
    for (const int number : numbers) {
        lua_rawgeti(lua_, index_, number);
        if (lua_istable(lua_, -1)) {
            const LuaTableReader table(lua_, -1, where_);
            read(number, {}, &table);
        } else {
            read(number, lua_tostring(lua_, -1), nullptr);
        }
        lua_pop(lua_, 1);
    }
}

void LuaTableReader::refuse_unknown(std::initializer_list<const char*> known) const {
    const StackKeeper keeper(lua_, table_slots);
    for (lua_pushnil(lua_); lua_next(lua_, index_) != 0; lua_pop(lua_, 1)) {
        const bool is_text = lua_type(lua_, -2) == LUA_TSTRING;
        const std::string name = is_text ? lua_tostring(lua_, -2) : "";
        const auto same = [&](const char* k) { return name == k; };
        if (is_text && std::any_of(known.begin(), known.end(), same)) continue;
        const std::vector<std::string> names(known.begin(), known.end());
        fail(fmt::format("{} is not known here; there are {}",
                         is_text ? fmt::format("\"{}\"", shown_key(name))
                                 : fmt::format("an entry without a name ({})", luaL_typename(lua_, -2)),
                         joined(names)));
    }
}

}  // namespace forerun
