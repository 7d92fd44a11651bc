// Questions of `forerun check`: where an invalid sample comes from, and whether self.amp advances.
#include <fmt/format.h>

#include "script-runtime/host/bad_number_finder.h"
#include "script-runtime/host/lua_host_parts.h"
#include "script-runtime/host/valid_samples.h"

namespace forerun {

std::string LuaHost::find_bad_number(Instance& instance, std::int64_t quantum_frame) {
    auto& host = *impl_;
    const auto& description = host.instruments[instance.instrument].description;
    BadNumberFinder finder(host.state);
    // A render script gets the whole quantum; a sample script one frame at a time, to find the invalid one.
    const int part = description.whole_quanta ? static_cast<int>(quantum_frames) : 1;
    bool bad = false;
    for (int first = 0; first < quantum_frames && !bad; first += part) {
        if (!render(instance, quantum_frame, first, part)) return {};
        for (int i = first; i < first + part; ++i)
            bad |= !is_valid(left()[i]) || (description.channels == 2 && !is_valid(right()[i]));
    }
    if (!bad) return {};
    const bool by_line = !finder.found().empty();
    if (!by_line && (description.whole_quanta || finder.last().empty())) return {};
    std::string from;
    if (by_line) {
        from = ", first in " + finder.variable();
    } else {
        host.sandbox.push(Sandbox::bad_object);
        host.push_reference(instance.self);
        if (host.call(instance, 1, 1)) {
            if (lua_isstring(host.lua, -1)) from = std::string(", and so does ") + lua_tostring(host.lua, -1);
            lua_pop(host.lua, 1);
        }
    }
    return (by_line ? finder.found() : finder.last()) + from;
}

std::string LuaHost::amp_state(Instance& instance) {
    auto& host = *impl_;
    host.enter(instance);
    host.sandbox.push(Sandbox::amp_state);
    host.push_reference(instance.self);
    if (!host.call(instance, 1, 1)) return {};
    std::size_t bytes = 0;
    const char* text = lua_tolstring(host.lua, -1, &bytes);
    std::string state(text, bytes);
    lua_pop(host.lua, 1);
    return state;
}

bool LuaHost::says_done(const Instance& instance) {
    auto* lua = impl_->lua;
    impl_->push_reference(instance.object);
    lua_getfield(lua, -1, "says_done");
    const bool says = lua_toboolean(lua, -1) != 0;
    lua_pop(lua, 2);
    return says;
}

}  // namespace forerun
