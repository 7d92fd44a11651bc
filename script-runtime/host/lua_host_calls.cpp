// Calls into an instance's script. A failure is reported in one line and affects only its instance.
#include <fmt/format.h>

#include <cassert>
#include <regex>

#include "script-runtime/host/lua_host_parts.h"
#include "script-runtime/sandbox/script_warnings.h"
#include "script-runtime/sandbox/script_words.h"

namespace forerun {
namespace {

void set_number(lua_State* lua, const char* name, double value) {
    lua_pushstring(lua, name);
    lua_pushnumber(lua, value);
    lua_rawset(lua, -3);
}

}  // namespace

bool LuaHost::Impl::call(Instance& instance, int arguments, int results) {
    const auto before = state.taken_bytes();
    const bool ok = state.call(arguments, results, shown_of(instance));
    instance.taken_bytes += state.taken_bytes() - before;
    if (!ok) {
        state.set_error(in_script_words(state.error()));
        instance.failure = state.error();
        return false;
    }
    if (state.bytes() > options.memory_bytes) [[unlikely]] {
        state.collect_all();
        if (state.bytes() > options.memory_bytes) fail_largest();
        if (!instance.failure.empty()) {
            lua_pop(lua, results);
            return may_call(instance);
        }
    }
    return true;
}

// Fails the instance whose calls have allocated most. Freed memory counts, too, so an instance that keeps much is spared only if
// another has allocated more garbage.
void LuaHost::Impl::fail_largest() {
    Instance* worst = nullptr;
    for (auto* instance : instances) {
        if (!instance->failure.empty()) return;  // its memory is freed when it is given back, which is soon
        if (!worst || instance->taken_bytes > worst->taken_bytes) worst = instance;
    }
    if (worst) worst->failure = fmt::format("{}: {}", shown_of(*worst), state.memory_text());
}

// The place of a script's function; only the file if it is not a Lua function.
std::string LuaHost::Impl::place_of(const Instance& instance, const char* function) {
    lua_Debug place;
    push_reference(instance.object);
    lua_getfield(lua, -1, function);
    if (!lua_isfunction(lua, -1)) {  // start is optional
        lua_pop(lua, 2);
        return shown_of(instance);
    }
    lua_getinfo(lua, ">S", &place);
    lua_pop(lua, 1);
    const bool known = place.source[0] == '@' && place.linedefined > 0;
    return known ? fmt::format("{}:{}", place.source + 1, place.linedefined) : shown_of(instance);
}

// The host sets self.frequency with every bend and glide, so a script's own value is lost.
void LuaHost::Impl::warn_of_written_frequency(Instance& instance, const char* function) {
    push_reference(instance.self);
    lua_pushliteral(lua, "frequency");
    lua_rawget(lua, -2);
    const double now = lua_type(lua, -1) == LUA_TNUMBER ? lua_tonumber(lua, -1) : 0;
    const bool own = now != instance.set_hz;
    lua_pop(lua, 2);
    instance.set_hz = now;
    if (own)
        warn_of_script(
            place_of(instance, function) +
            ": self.frequency was written, and is lost with the next bend; keep a pitch of your own in another field");
}

void LuaHost::Impl::explain_sample(Instance& instance) {
    static const std::regex conversion("^(.*): cannot convert '?([^']*?)'? to 'float'$");
    std::smatch found;
    const auto text = instance.failure;
    if (!std::regex_match(text, found, conversion)) return;
    const auto& instrument = instruments[instance.instrument];
    const auto what = found[2].str();
    if (found[1].str() != instrument.shown) {
        instance.failure = fmt::format("{}: out takes numbers only, it was given {}", found[1].str(), what);
    } else {
        instance.failure =
            fmt::format("{}: sample must return {}, but {}{}", place_of(instance, "sound"),
                        instrument.description.channels == 2 ? "two numbers (channels = 2)" : "a number",
                        instrument.description.channels == 2 ? "one of them was " : "it returned ", what);
    }
    state.set_error(instance.failure);
}

std::string LuaHost::place_of(const Instance& instance, const char* function) {
    return impl_->place_of(instance, function);
}

bool LuaHost::start(Instance& instance, const StartNote& note) {
    auto& host = *impl_;
    if (!host.may_call(instance)) return false;
    instance.memory.quality = note.quality;
    instance.memory.frame = 0;
    instance.memory.sealed = 0;
    instance.memory.warned = 0;
    instance.time = note.time;
    seed_generator(instance.memory, note.seed);
    host.enter(instance);
    auto* lua = host.lua;
    host.sandbox.push(Sandbox::start);
    host.push_reference(instance.object);
    lua_pushnumber(lua, note.key);
    lua_pushnumber(lua, note.velocity);
    lua_pushnumber(lua, note.frequency_hz);
    lua_pushnumber(lua, note.quality);
    const auto count = static_cast<int>(voice_control_count + note.parameters.size());
    luaL_checkstack(lua, count, "parameters");
    for (const auto control : all_voice_controls) lua_pushnumber(lua, note.controls[control]);
    for (const float value : note.parameters) lua_pushnumber(lua, value);
    if (!host.call(instance, 5 + count, 1)) return false;
    instance.self = host.pop_reference();
    instance.memory.sealed = 1;
    instance.playing = true;
    instance.set_hz = note.frequency_hz * note.controls[VoiceControl::bend];
    host.warn_of_written_frequency(instance, "start");
    return true;
}

bool LuaHost::render(Instance& instance, std::int64_t quantum_frame, int first, int frames) {
    auto& host = *impl_;
    if (!host.may_call(instance)) return false;
    instance.memory.frame = quantum_frame + first;
    host.enter(instance);
    host.push_reference(instance.loop);
    host.push_reference(instance.self);
    lua_pushinteger(host.lua, first);
    lua_pushinteger(host.lua, frames);
    if (host.call(instance, 3, 0)) [[likely]]
        return true;
    host.explain_sample(instance);
    return false;
}

bool LuaHost::release(Instance& instance, double velocity) {
    auto& host = *impl_;
    if (!host.may_call(instance)) return false;
    host.enter(instance);
    host.push_reference(instance.release);
    host.push_reference(instance.self);
    host.push_reference(instance.object);
    lua_getfield(host.lua, -1, "note");
    lua_remove(host.lua, -2);
    set_number(host.lua, "release_velocity", velocity);
    return host.call(instance, 2, 0);
}

bool LuaHost::done(Instance& instance, bool& is_done) {
    auto& host = *impl_;
    if (!host.may_call(instance)) return false;
    host.enter(instance);
    host.push_reference(instance.done);
    host.push_reference(instance.self);
    if (!host.call(instance, 1, 1)) return false;
    is_done = lua_toboolean(host.lua, -1) != 0;
    const int type = lua_type(host.lua, -1);
    lua_pop(host.lua, 1);
    if (type != LUA_TNUMBER && type != LUA_TSTRING) [[likely]]
        return true;
    // 0 is true in Lua, which is probably not intended.
    instance.failure = fmt::format("{}: done must return true or false, but it returned a {}",
                                   host.place_of(instance, "done"), lua_typename(host.lua, type));
    host.state.set_error(instance.failure);
    return false;
}

void LuaHost::set_pitch(Instance& instance, double frequency_hz, double bend_ratio) {
    auto& host = *impl_;
    if (!instance.playing || !host.may_call(instance)) return;
    host.warn_of_written_frequency(instance, "sound");
    instance.set_hz = frequency_hz * bend_ratio;
    host.enter(instance);
    host.sandbox.push(Sandbox::pitch);
    host.push_reference(instance.self);
    lua_pushnumber(host.lua, frequency_hz);
    lua_pushnumber(host.lua, bend_ratio);
    host.call(instance, 3, 0);
}

void LuaHost::set_control(Instance& instance, VoiceControl control, double value) {
    assert(control != VoiceControl::bend);
    impl_->set_field(instance, description_of(control).name, value);
}

void LuaHost::set_time(Instance& instance, const MusicalTime& time) { instance.time = time; }
MusicalTime LuaHost::time(const Instance& instance) const { return instance.time; }
bool LuaHost::looks_at_time(const Instance& instance) const { return instance.looks_at_time; }

void LuaHost::set_parameter(Instance& instance, std::uint16_t index, double value) {
    const auto& names = impl_->instruments[instance.instrument].description.parameters;
    if (!instance.playing || index >= names.size()) return;
    auto* lua = impl_->lua;
    impl_->push_reference(instance.self);
    lua_pushliteral(lua, "parameters");
    lua_rawget(lua, -2);
    if (lua_istable(lua, -1)) set_number(lua, names[index].name.c_str(), value);
    lua_pop(lua, 2);
}

void LuaHost::set_quality(Instance& instance, int level) {
    if (instance.memory.quality == level) return;
    instance.memory.quality = level;
    impl_->set_field(instance, "quality", level);
}

}  // namespace forerun
