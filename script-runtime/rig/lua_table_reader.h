// Reads a table returned by a script into plain data: checks every value, refuses unknown keys.
//
// Raw access only, so no code of the script runs. Every mistake is a BadInput that begins with `where`.
#pragma once

#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <variant>
#include <vector>

struct lua_State;

namespace forerun {

class LuaTableReader {
public:
    // Reads the table at stack index `index`, which must stay there. `where` begins every message ("rig.lua: bus 2").
    LuaTableReader(lua_State* lua, int index, std::string where);

    const std::string& where() const noexcept { return where_; }
    [[noreturn]] void fail(const std::string& what) const;

    bool has(const char* key) const;
    bool is_table(const char* key) const;
    bool is_function(const char* key) const;
    std::optional<double> number(const char* key, double minimum, double maximum) const;
    std::optional<int> integer(const char* key, int minimum, int maximum) const;
    std::optional<std::string> text(const char* key) const;
    // The index in `choices`.
    std::optional<std::size_t> choice(const char* key, std::initializer_list<const char*> choices) const;
    // Integers within bounds: one, or a list of them. Empty: no such key.
    std::vector<int> integers(const char* key, int minimum, int maximum) const;

    // A number, text or boolean, or a list of these. Empty: no such key.
    using Value = std::variant<double, std::string, bool>;
    std::vector<Value> values(const char* key) const;

    // A list of texts. Empty: no such key, or an empty list.
    std::vector<std::string> texts(const char* key) const;

    // Calls read(reader) for the table of this name, if there is one.
    void table(const char* key, const std::function<void(const LuaTableReader&)>& read) const;
    // Calls read(reader, number from 1) for each table in the list of this name; returns their number.
    std::size_t list(const char* key, const std::function<void(const LuaTableReader&, std::size_t)>& read) const;
    // Calls read(name, stack index of the value) for all entries, sorted by name.
    void named(const std::function<void(const std::string&, int)>& read) const;

    // For this table, called `key` in messages, with numbers 0 to `last` as keys: calls read(number, text, nullptr) for texts and
    // read(number, "", reader) for tables, sorted by number.
    void numbered(const char* key, int last,
                  const std::function<void(int, const std::string&, const LuaTableReader*)>& read) const;

    void refuse_unknown(std::initializer_list<const char*> known) const;
    LuaTableReader at(std::string where) const { return {lua_, index_, std::move(where)}; }

private:
    lua_State* lua_;
    int index_;
    std::string where_;
};

// "a, b, c"
std::string joined(const std::vector<std::string>& names);

}  // namespace forerun
