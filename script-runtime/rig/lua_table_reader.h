// Reads a table that a script returned into plain data: every value checked, every unknown key refused.
//
// Raw access only, so no code of the script runs here. Every mistake is BadInput with the place that was given.
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
    // Reads the table at `index` of the stack, which must stay there. `where` begins every message ("rig.lua: bus 2").
    LuaTableReader(lua_State* lua, int index, std::string where);

    const std::string& where() const noexcept { return where_; }
    [[noreturn]] void fail(const std::string& what) const;

    bool has(const char* key) const;
    bool is_table(const char* key) const;
    bool is_function(const char* key) const;
    std::optional<double> number(const char* key, double minimum, double maximum) const;
    std::optional<int> integer(const char* key, int minimum, int maximum) const;
    std::optional<std::string> text(const char* key) const;
    // One of `choices`: its index.
    std::optional<std::size_t> choice(const char* key, std::initializer_list<const char*> choices) const;
    // Whole numbers within bounds: one number, or a list of them. Empty: not there.
    std::vector<int> integers(const char* key, int minimum, int maximum) const;

    // A number, a text or a truth, or a list of such. Empty: not there.
    using Value = std::variant<double, std::string, bool>;
    std::vector<Value> values(const char* key) const;

    // Texts of a list. Empty: not there, or an empty list.
    std::vector<std::string> texts(const char* key) const;

    // Calls read(reader) with the table of that name; nothing when it is not there.
    void table(const char* key, const std::function<void(const LuaTableReader&)>& read) const;
    // Calls read(reader, number from 1) for each table in the list of that name; says how many there were.
    std::size_t list(const char* key, const std::function<void(const LuaTableReader&, std::size_t)>& read) const;
    // Calls read(name, index of the value on the stack) in the order of names.
    void named(const std::function<void(const std::string&, int)>& read) const;

    // The table itself, `key` in messages: calls read(number, text, reader) in the order of its numbers, 0 to `last`, where each
    // has a text, or a table to read: then the reader is there.
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
