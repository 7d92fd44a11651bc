// The sandbox of a Lua state: the environments of scripts, the dsp library, and loading scripts from files.
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

#include "script-runtime/host/lua_host_options.h"
#include "script-runtime/host/voice_memory.h"
#include "script-runtime/sandbox/lua_state.h"

namespace forerun {

// The host as lua/sandbox.lua sees it. Same layout there.
struct HostView {
    VoiceMemory* voice = nullptr;  // whose random numbers are used
    std::int32_t rendering = 0;    // not 0: a voice plays, so functions that cannot be interrupted are refused
    std::int32_t quiet = 1;        // not 0: print does nothing. Not visible to Lua
};

// A path for messages: relative if it is below the working directory.
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
        bad_object,
        call_count
    };

    // Throws BadInput when the dsp library cannot be found or loaded. `world` and `view` must outlive the sandbox.
    Sandbox(LuaState& state, const LuaHostOptions& options, World& world, HostView& view);

    // Pushes a function of lua/instances.lua.
    void push(Call call) const;

    // The path of a voice (".lua" optional): beside `from`, or in the script path. Empty when it is not found.
    std::filesystem::path place_of_voice(const std::string& name, const std::filesystem::path& from) const;
    // The same with links resolved.
    std::filesystem::path find_voice(const std::string& name, const std::filesystem::path& from) const;
    const std::vector<std::filesystem::path>& script_path() const noexcept { return script_path_; }

    // From now on the file has this text, regardless of the disk.
    void set_text(const std::filesystem::path& file, const std::string& text) { texts_[file] = text; }

    // A script's path, mapped below the root if there is one.
    std::filesystem::path within_root(const std::filesystem::path& file) const;

    // Reads a file; on failure returns false and sets the state's error().
    bool read(const std::filesystem::path& file, const std::string& shown, std::string& text);

private:
    static int compile(lua_State* lua);      // compile(path) for lua/instances.lua
    static int load_module(lua_State* lua);  // load_module(name) for scripts/dsp/init.lua
    static int print_line(lua_State* lua);   // print_line(script, text) for lua/sandbox.lua
    static int warn(lua_State* lua);         // warn(text, [place]) for lua/runner.lua and the library
    static int has_stack(lua_State* lua);    // has_stack() for lua/sandbox.lua
    void load_embedded(const char* name);    // pushes the compiled chunk
    // Pushes the library from this folder, or the program's own if empty.
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

    // Limits printing, so that a print in sample() does not flood the terminal.
    static constexpr int printed_lines_per_second = 10;
    std::int64_t print_second_ = 0;
    int printed_ = 0;
    std::int64_t not_printed_ = 0;
};

}  // namespace forerun
