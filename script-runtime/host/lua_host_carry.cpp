// A sounding voice continues in another version of its script.
#include <algorithm>
#include <iterator>

#include "script-runtime/host/lua_host_parts.h"

namespace forerun {

Instance* LuaHost::carry_over(Instance& old, std::uint16_t new_instrument, const StartNote& then, const StartNote& now,
                              std::optional<float> released) {
    auto& host = *impl_;
    if (!host.may_call(old)) return nullptr;
    auto* fresh = take(new_instrument);
    auto* begun = fresh ? take(old.instrument) : nullptr;
    bool works = begun && start(*begun, then) && start(*fresh, now);
    // Before carrying state over, which moves an envelope of the same kind to the old one's position.
    if (works && released) works = release(*fresh, *released);
    if (works) {
        host.enter(*fresh);
        host.sandbox.push(Sandbox::carry);
        host.push_reference(fresh->self);
        host.push_reference(old.self);
        host.push_reference(begun->self);
        works = host.call(*fresh, 3, 0);
    }
    if (works) std::copy_n(old.memory.rng_state, std::size(old.memory.rng_state), fresh->memory.rng_state);
    if (begun) give_back(begun);
    if (works) return fresh;
    if (fresh) give_back(fresh);
    return nullptr;
}

void LuaHost::read_controls(const Instance& instance, StartNote& note) {
    auto* lua = impl_->lua;
    impl_->push_reference(instance.self);
    for (const auto control : all_voice_controls) {
        lua_pushstring(lua, description_of(control).name);
        lua_rawget(lua, -2);
        if (lua_isnumber(lua, -1)) note.controls[control] = lua_tonumber(lua, -1);
        lua_pop(lua, 1);
    }
    lua_pop(lua, 1);
}

std::vector<float> LuaHost::parameters(const Instance& instance) {
    auto& host = *impl_;
    std::vector<float> values;
    for (const auto& parameter : host.instruments[instance.instrument].description.parameters) {
        host.push_reference(instance.self);
        lua_pushliteral(host.lua, "parameters");
        lua_rawget(host.lua, -2);
        float value = parameter.value;
        if (lua_istable(host.lua, -1)) {
            lua_pushstring(host.lua, parameter.name.c_str());
            lua_rawget(host.lua, -2);
            if (lua_isnumber(host.lua, -1)) value = static_cast<float>(lua_tonumber(host.lua, -1));
            lua_pop(host.lua, 1);
        }
        lua_pop(host.lua, 2);
        values.push_back(value);
    }
    return values;
}

}  // namespace forerun
