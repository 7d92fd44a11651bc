// Finds the line of a script that produces an infinite number or NaN.
//
// For checks only: it examines every variable before every line, which takes a hundred times as long.
#pragma once

#include <string>

struct lua_State;
struct lua_Debug;

namespace forerun {

class LuaState;

class BadNumberFinder {
public:
    // Examines the state's calls while it exists. Discards the state's compiled code. One at a time on a thread.
    explicit BadNumberFinder(LuaState& state);
    ~BadNumberFinder();
    BadNumberFinder(const BadNumberFinder&) = delete;
    BadNumberFinder& operator=(const BadNumberFinder&) = delete;

    // "file:line" of the line that gave a variable such a value; empty when there is none.
    const std::string& found() const noexcept { return found_; }
    // "'x'", the variable.
    const std::string& variable() const noexcept { return variable_; }
    // "file:line" of the last line that ran.
    const std::string& last() const noexcept { return last_; }

private:
    static void on_line(lua_State* lua, lua_Debug* place);

    LuaState& state_;
    std::string found_, variable_, last_;
    int last_function_ = 0;  // first line of the function that contains `last_`
};

}  // namespace forerun
