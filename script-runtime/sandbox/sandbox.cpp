#include "script-runtime/sandbox/sandbox.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <lua.hpp>

#include "script-runtime/sandbox/embedded_lua.h"
#include "script-runtime/sandbox/script_warnings.h"
#include "script-runtime/sandbox/script_words.h"
#include "shared/bad_input.h"
#include "shared/files/real_path.h"
#include "shared/files/script_path.h"
#include "shared/messages/voice_controls.h"
#include "shared/text/printed_lines.h"

namespace forerun {
namespace fs = std::filesystem;
namespace {

Sandbox& self_of(lua_State* lua) { return *static_cast<Sandbox*>(lua_touserdata(lua, lua_upvalueindex(1))); }

void push_control_names(lua_State* lua) {
    lua_createtable(lua, static_cast<int>(voice_control_count), 0);
    for (std::size_t i = 0; i < voice_control_count; ++i) {
        lua_pushstring(lua, voice_controls[i].name);
        lua_rawseti(lua, -2, static_cast<int>(i) + 1);
    }
}

}  // namespace

std::string shown_path(const fs::path& path) {
    const auto relative = path_from_here(path);
    if (relative.empty() || *relative.begin() == "..") return path.string();
    return relative.string();
}

Sandbox::Sandbox(LuaState& state, const LuaHostOptions& options, World& world, HostView& view)
    : state_(state),
      view_(view),
      script_path_(options.script_path),
      trust_(options.trust),
      read_(options.read),
      on_read_(options.on_read) {
    if (!options.script_root.empty()) root_ = real_path(options.script_root);
    auto* lua = state_.get();
    const auto push_function = [&](lua_CFunction function) {
        lua_pushlightuserdata(lua, this);
        lua_pushcclosure(lua, function, 1);
    };
    load_embedded("nearest");
    check(state_.call(0, 1, "nearest"));
    // It runs outside the sandbox, so it never comes from the script path.
    load_dsp(world, options.library);
    load_embedded("runner");
    push_function(&Sandbox::warn);
    check(state_.call(1, 1, "runner"));
    const int runner = lua_gettop(lua), dsp = runner - 1, nearest = dsp - 1;

    load_embedded("instances");
    push_function(&Sandbox::compile);
    if (options.trust) {
        push_function(&Sandbox::print_line);
        load_embedded("trusted_print");
        lua_insert(lua, -2);
        check(state_.call(1, 0, "print"));
        lua_pushnil(lua);
    } else {
        load_embedded("sandbox");
        lua_pushlightuserdata(lua, &view);
        push_function(&Sandbox::print_line);
        push_function(&Sandbox::has_stack);
        for (const char* part : {"sandbox_text", "sandbox_tables", "sandbox_numbers"}) load_embedded(part);
        check(state_.call(6, 1, "sandbox"));
    }
    lua_pushvalue(lua, dsp);
    lua_pushvalue(lua, runner);
    lua_pushlightuserdata(lua, &world);
    load_embedded("survey");
    lua_pushvalue(lua, dsp);
    check(state_.call(1, 1, "survey"));
    load_embedded("checkpoints");
    check(state_.call(0, 1, "checkpoints"));
    load_embedded("carry");
    push_control_names(lua);
    check(state_.call(1, 1, "carry"));
    lua_pushvalue(lua, nearest);
    push_control_names(lua);
    check(state_.call(10, 1, "instances"));

    static constexpr const char* names[call_count] = {"script", "run",       "instance",  "start",   "pitch",
                                                      "prime",  "traces",    "save",      "restore", "forget",
                                                      "carry",  "amp_state", "bad_object"};
    for (int i = 0; i < call_count; ++i) {
        lua_getfield(lua, -1, names[i]);
        calls_[static_cast<std::size_t>(i)] = luaL_ref(lua, LUA_REGISTRYINDEX);
    }
    lua_settop(lua, 1);
}

void Sandbox::push(Call call) const { lua_rawgeti(state_.get(), LUA_REGISTRYINDEX, calls_[call]); }

void Sandbox::check(bool ok) const {
    if (!ok) throw BadInput(state_.error());
}

void Sandbox::load_embedded(const char* name) {
    const auto source = embedded_lua(name);
    if (source.empty()) throw BadInput(fmt::format("{}.lua is missing in this program; build it again", name));
    check(state_.load(source, fmt::format("=host.{}", name)));
}

void Sandbox::load_dsp(World& world, const fs::path& folder) {
    auto* lua = state_.get();
    dsp_ = folder.empty() ? own_library() : folder;
    if (std::error_code ignored; dsp_.empty() || !fs::is_regular_file(dsp_ / "init.lua", ignored)) {
        std::string looked = dsp_.string();
        if (dsp_.empty())
            for (const auto& place : library_places()) looked += (looked.empty() ? "" : ", ") + place.string();
        throw BadInput(
            fmt::format("the dsp library (init.lua) is not in {}; keep the program beside its scripts, or name "
                        "the library's folder with --dsp (FORERUN_PATH is for voices and rigs)",
                        looked));
    }
    const auto push_load_module = [&] {
        lua_pushlightuserdata(lua, this);
        lua_pushcclosure(lua, &Sandbox::load_module, 1);
    };
    const int nearest = lua_gettop(lua);
    push_load_module();
    lua_pushliteral(lua, "init");
    check(state_.call(1, 1, "dsp"));
    lua_pushlightuserdata(lua, &world);
    push_load_module();
    lua_pushlightuserdata(lua, this);
    lua_pushcclosure(lua, &Sandbox::warn, 1);
    lua_pushvalue(lua, nearest);
    check(state_.call(4, 1, "dsp"));
}

fs::path Sandbox::find_voice(const std::string& name, const fs::path& from) const {
    const auto place = place_of_voice(name, from);
    return place.empty() ? place : real_path(place);
}

fs::path Sandbox::place_of_voice(const std::string& name, const fs::path& from) const {
    const auto look = [&](const fs::path& folder) -> fs::path {
        for (const char* ending : {"", ".lua"}) {
            const auto file = within_root(folder / (name + ending));
            std::error_code ignored;
            if (fs::is_regular_file(file, ignored)) return absolute_path(file);
        }
        return {};
    };
    if (auto found = look(from); !found.empty()) return found;
    for (const auto& folder : script_path_)
        if (auto found = look(folder); !found.empty()) return found;
    return {};
}

fs::path Sandbox::within_root(const fs::path& file) const {
    if (root_.empty()) return file;
    const auto place = absolute_path(file);
    const auto left = std::mismatch(root_.begin(), root_.end(), place.begin(), place.end()).first;
    return left == root_.end() ? place : root_ / place.relative_path();
}

bool Sandbox::read(const fs::path& file, const std::string& shown, std::string& text) {
    const bool of_library = file.parent_path() == dsp_;  // no text takes its place
    if (const auto known = texts_.find(file); !of_library && known != texts_.end()) {
        text = known->second;
        return true;
    }
    const auto place = of_library ? file : within_root(file);
    // A link shows what it leads to in messages, so it leads to a file of its own kind.
    if (!trust_ && real_path(place).extension() != file.extension()) {
        state_.set_error(shown + ": is a link to a file of another kind; give the file itself");
        return false;
    }
    auto found = read_ ? read_(place) : read_script_file(place);
    if (!found.error.empty()) {
        state_.set_error(shown + ": " + found.error);
        return false;
    }
    text = std::move(found.text);
    if (on_read_) on_read_(file, text);
    return true;
}

// ---- Called by Lua. No C++ object may be alive where lua_error leaves.

int Sandbox::compile(lua_State* lua) {
    auto& self = self_of(lua);
    const char* path = luaL_checkstring(lua, 1);
    bool ok = false;
    {
        const auto shown = shown_path(path);
        std::string text;
        ok = self.read(path, shown, text) && self.state_.load(text, "@" + shown);
        if (!ok) lua_pushlstring(lua, self.state_.error().data(), self.state_.error().size());
    }
    if (!ok) return lua_error(lua);
    return 1;
}

int Sandbox::load_module(lua_State* lua) {
    auto& self = self_of(lua);
    const char* name = luaL_checkstring(lua, 1);
    bool ok = false;
    {
        const auto file = self.dsp_ / (std::string(name) + ".lua");
        std::string text;
        ok = self.read(file, file.string(), text) && self.state_.load(text, "=dsp." + std::string(name));
        if (!ok) lua_pushlstring(lua, self.state_.error().data(), self.state_.error().size());
    }
    if (!ok) return lua_error(lua);
    return 1;
}

int Sandbox::warn(lua_State* lua) {
    const char* text = luaL_checkstring(lua, 1);
    const char* place = luaL_optstring(lua, 2, nullptr);
    auto& state = self_of(lua).state_;
    auto where = place ? std::string(place) : LuaState::script_place(lua);
    if (where.empty()) where = state.fallback_place();  // a tail call leaves no place on the stack
    warn_of_script(fmt::format("{}: {}", where, text));
    return 0;
}

int Sandbox::has_stack(lua_State* lua) {
    lua_pushboolean(lua, self_of(lua).state_.has_stack() ? 1 : 0);
    return 1;
}

int Sandbox::print_line(lua_State* lua) {
    auto& self = self_of(lua);
    if (self.view_.quiet != 0) return 0;
    const auto second =
        std::chrono::duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
    if (second != self.print_second_) {
        if (self.not_printed_ > 0) PrintedLines::write(fmt::format("({} more printed lines)", self.not_printed_));
        self.print_second_ = second;
        self.printed_ = 0;
        self.not_printed_ = 0;
    }
    if (self.printed_ >= printed_lines_per_second) {
        ++self.not_printed_;
        return 0;
    }
    ++self.printed_;
    {
        const auto line = fmt::format("{}: {}", luaL_checkstring(lua, 1), luaL_checkstring(lua, 2));
        PrintedLines::write(one_line(line));
    }
    return 0;
}

}  // namespace forerun
