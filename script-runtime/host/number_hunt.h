// Finds the line of a script in which a number goes bad: becomes infinite or no number at all.
//
// For checks, not for voices that are heard: it looks at every variable before every line, which takes a hundred times as long.
#pragma once

#include <string>

struct lua_State;
struct lua_Debug;

namespace forerun {

class LuaState;

class NumberHunt {
public:
    // While it lives, the state's calls are looked at. Its compiled code is gone afterwards. One hunt at a time on a thread.
    explicit NumberHunt(LuaState& state);
    ~NumberHunt();
    NumberHunt(const NumberHunt&) = delete;
    NumberHunt& operator=(const NumberHunt&) = delete;

    // "file:line" of the line that made a variable of the script bad; empty when none was.
    const std::string& found() const noexcept { return found_; }
    // "'x'", the variable.
    const std::string& variable() const noexcept { return variable_; }
    // "file:line" of the script's line that ran last.
    const std::string& last() const noexcept { return last_; }

private:
    static void on_line(lua_State* lua, lua_Debug* place);

    LuaState& state_;
    std::string found_, variable_, last_;
    int last_function_ = 0;  // the line where the function begins in which `last_` lies
};

}  // namespace forerun
