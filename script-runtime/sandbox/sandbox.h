// What stands between a Lua state and the scripts in it: the environments scripts run in, the dsp library, and the way a
// script's file becomes a function.
//
// The Lua side is lua/sandbox.lua (the environment), lua/instances.lua (calls by the host) and lua/runner.lua (the loop that
// renders frames). All members belong to the state's thread.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "script-runtime/host/lua_host.h"
#include "script-runtime/sandbox/lua_state.h"

namespace forerun {

// What lua/sandbox.lua sees of the host. Same layout there.
struct HostView {
    VoiceMemory* voice = nullptr;  // whose random numbers are drawn
    std::int32_t rendering = 0;    // not 0: a voice plays, and what cannot be interrupted is refused
    std::int32_t quiet = 1;        // not 0: print shows nothing. Not seen by Lua
};

// A path as messages show it: relative to the working directory where it lies below it.
std::string shown_path(const std::filesystem::path& path);

class Sandbox {
public:
    // Functions of lua/instances.lua, each a registry reference.
    enum Call {
        script,
        run,
        instance,
        start,
        pitch,
        prime,
        traces,
        save,
        restore,
        forget,
        carry,
        amp_state,
        sick,
        call_count
    };

    // Throws BadInput when the dsp library cannot be found or loaded. `world` and `view` must outlive the sandbox.
    Sandbox(LuaState& state, const LuaHostOptions& options, World& world, HostView& view);

    // Pushes a function of lua/instances.lua.
    void push(Call call) const;

    // Where a voice (".lua" optional) is found: beside `from`, then in the script path. Empty when it is nowhere.
    std::filesystem::path place_of_voice(const std::string& name, const std::filesystem::path& from) const;
    // The same without links: the file itself.
    std::filesystem::path find_voice(const std::string& name, const std::filesystem::path& from) const;
    const std::vector<std::filesystem::path>& script_path() const noexcept { return script_path_; }

    // From now on the file is this text, whatever the disk holds.
    void set_text(const std::filesystem::path& file, const std::string& text) { texts_[file] = text; }

    // Where a script's path leads: below the root, if there is one, whatever it says.
    std::filesystem::path within_root(const std::filesystem::path& file) const;

    // Reads a file whole; false: error() of the state is set.
    bool read(const std::filesystem::path& file, const std::string& shown, std::string& text);

private:
    static int compile(lua_State* lua);      // compile(path) for lua/instances.lua
    static int load_module(lua_State* lua);  // load_module(name) for scripts/dsp/init.lua
    static int print_line(lua_State* lua);   // print_line(script, text) for lua/sandbox.lua
    static int warn(lua_State* lua);         // warn(text, [place]) for lua/runner.lua and the library
    static int has_stack(lua_State* lua);    // has_stack() for lua/sandbox.lua
    void load_embedded(const char* name);    // pushes its function
    // Pushes the library of that folder, or the program's own when it is empty.
    void load_dsp(World& world, const std::filesystem::path& folder);
    void check(bool ok) const;

    LuaState& state_;
    const HostView& view_;
    std::vector<std::filesystem::path> script_path_;
    const bool trust_;
    std::filesystem::path root_;  // empty: the whole disk
    ReadScript read_;
    std::function<void(const std::filesystem::path&, const std::string&)> on_read_;
    std::map<std::filesystem::path, std::string> texts_;
    std::filesystem::path dsp_;
    std::array<int, call_count> calls_{};

    // Printing: at most this many lines per second, so that a print in sample() does not drown everything.
    static constexpr int printed_lines_per_second = 10;
    std::int64_t print_second_ = 0;
    int printed_ = 0;
    std::int64_t not_printed_ = 0;
};

}  // namespace forerun
