#include "script-runtime/rig/lua_table_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <lua.hpp>

#include "script-runtime/sandbox/script_words.h"
#include "shared/bad_input.h"

namespace forerun {
namespace {

// Pops what was pushed meanwhile, also when BadInput passes.
class StackGuard {
public:
    explicit StackGuard(lua_State* lua) : lua_(lua), top_(lua_gettop(lua)) { luaL_checkstack(lua, 8, "table"); }
    ~StackGuard() { lua_settop(lua_, top_); }
    StackGuard(const StackGuard&) = delete;
    StackGuard& operator=(const StackGuard&) = delete;

private:
    lua_State* lua_;
    int top_;
};

void push_field(lua_State* lua, int index, const char* key) {
    lua_pushstring(lua, key);
    lua_rawget(lua, index);
}

bool is_control(char c) { return static_cast<unsigned char>(c) < 32 || c == 127; }

// A key as messages show it: a script may have a text of any length there.
std::string shown_key(std::string key) {
    constexpr std::size_t longest = 60;
    if (key.size() > longest) key.replace(longest, key.npos, "...");
    return key;
}

constexpr std::size_t most_entries = 1024;  // of a list; each may mean a voice to be read

std::string short_number(double value) { return fmt::format("{:g}", value); }

}  // namespace

std::string joined(const std::vector<std::string>& names) {
    std::string all;
    constexpr std::size_t most = 20;
    for (std::size_t i = 0; i < names.size() && i < most; ++i) all += (all.empty() ? "" : ", ") + shown_key(names[i]);
    if (names.size() > most) all += fmt::format(" and {} more", names.size() - most);
    return all.empty() ? "none" : all;
}

LuaTableReader::LuaTableReader(lua_State* lua, int index, std::string where)
    : lua_(lua), index_(index > 0 ? index : lua_gettop(lua) + 1 + index), where_(std::move(where)) {}

// A key may be any text.
void LuaTableReader::fail(const std::string& what) const { throw BadInput(where_ + ": " + one_line(what)); }

bool LuaTableReader::has(const char* key) const {
    const StackGuard guard(lua_);
    push_field(lua_, index_, key);
    return !lua_isnil(lua_, -1);
}

bool LuaTableReader::is_table(const char* key) const {
    const StackGuard guard(lua_);
    push_field(lua_, index_, key);
    return lua_istable(lua_, -1);
}

bool LuaTableReader::is_function(const char* key) const {
    const StackGuard guard(lua_);
    push_field(lua_, index_, key);
    return lua_isfunction(lua_, -1);
}

std::optional<double> LuaTableReader::number(const char* key, double minimum, double maximum) const {
    const StackGuard guard(lua_);
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
    const StackGuard guard(lua_);
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
    const StackGuard guard(lua_);
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
    if (count == 0 || count > most_entries) fail(fmt::format("{} must be a list of 1 to {} values", key, most_entries));
    std::vector<Value> values;
    for (std::size_t i = 1; i <= count; ++i) {
        lua_rawgeti(lua_, list, static_cast<int>(i));
        values.push_back(value_at(-1));
        lua_pop(lua_, 1);
    }
    return values;
}

std::vector<int> LuaTableReader::integers(const char* key, int minimum, int maximum) const {
    const StackGuard guard(lua_);
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
    const StackGuard guard(lua_);
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

void LuaTableReader::table(const char* key, const std::function<void(const LuaTableReader&)>& read) const {
    const StackGuard guard(lua_);
    push_field(lua_, index_, key);
    if (lua_isnil(lua_, -1)) return;
    if (!lua_istable(lua_, -1)) fail(fmt::format("{} must be a table, not a {}", key, luaL_typename(lua_, -1)));
    read(LuaTableReader(lua_, -1, where_));
}

std::size_t LuaTableReader::list(const char* key,
                                 const std::function<void(const LuaTableReader&, std::size_t)>& read) const {
    const StackGuard guard(lua_);
    push_field(lua_, index_, key);
    if (lua_isnil(lua_, -1)) return 0;
    if (!lua_istable(lua_, -1))
        fail(fmt::format("{} must be a list of tables, not a {}", key, luaL_typename(lua_, -1)));
    const int list_index = lua_gettop(lua_);
    const auto count = lua_objlen(lua_, list_index);
    if (count > most_entries) fail(fmt::format("{} has {} entries; {} is the most", key, count, most_entries));
    std::size_t entries = 0;
    for (lua_pushnil(lua_); lua_next(lua_, list_index) != 0; lua_pop(lua_, 1)) ++entries;
    if (entries != count)
        fail(fmt::format("{} must be a list without names and underruns: {{ {{ ... }}, {{ ... }} }}", key));
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
    const StackGuard guard(lua_);
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
    const StackGuard guard(lua_);
    std::vector<int> numbers;
    for (lua_pushnil(lua_); lua_next(lua_, index_) != 0; lua_pop(lua_, 1)) {
        const double number = lua_type(lua_, -2) == LUA_TNUMBER ? lua_tonumber(lua_, -2) : NAN;
        if (!(number >= 0 && number <= last) || number != std::floor(number))
            fail(fmt::format("{} has an entry without a number; write [74] = ..., with numbers from 0 to {}", key,
                             last));
        if (lua_type(lua_, -1) != LUA_TSTRING && !lua_istable(lua_, -1))
            fail(fmt::format("{} {} must be the name of a parameter, or a table, not a {}", key, number,
                             luaL_typename(lua_, -1)));
        if (numbers.size() == most_entries) fail(fmt::format("{} has more than {} entries", key, most_entries));
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
    const StackGuard guard(lua_);
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
