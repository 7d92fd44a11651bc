// Instances: one run of a script's chunk per note, created in advance.
#include "script-runtime/host/lua_host_parts.h"

namespace forerun {

Instance* LuaHost::Impl::make(std::uint16_t index) {
    auto& instrument = instruments[index];
    enter_chunk();
    const auto before = state.taken_bytes();
    sandbox.push(Sandbox::instance);
    push_reference(instrument.script);
    push_reference(instrument.names);
    if (!state.call(2, 1, instrument.shown)) return nullptr;
    auto* instance = new Instance;
    instance->instrument = index;
    instance->generation = instrument.generation;
    instance->taken_bytes = state.taken_bytes() - before;
    const auto field = [&](const char* name) {
        lua_getfield(lua, -1, name);
        return pop_reference();
    };
    lua_getfield(lua, -1, "looks_at_time");
    instance->looks_at_time = lua_toboolean(lua, -1) != 0;
    lua_pop(lua, 1);
    instance->loop = field("loop");
    instance->release = field("release");
    instance->done = field("done");
    instance->object = pop_reference();
    instances.insert(instance);
    return instance;
}

void LuaHost::Impl::destroy(Instance* instance) noexcept {
    for (int* reference : {&instance->object, &instance->loop, &instance->release, &instance->done, &instance->self})
        drop(*reference);
    clear(instance->memory.lines, instance->most_written);
    arenas.give_back(instance->memory.arena, instance->memory.arena_used_bytes);
    instances.erase(instance);
    delete instance;
}

void LuaHost::Impl::empty_pool(Instrument& instrument) {
    for (auto* instance : instrument.pool) destroy(instance);
    instrument.pool.clear();
}

Instance* LuaHost::take(std::uint16_t index) {
    auto& host = *impl_;
    auto& instrument = host.instruments[index];
    Instance* instance = nullptr;
    if (!instrument.pool.empty()) {
        instance = instrument.pool.back();
        instrument.pool.pop_back();
    } else {
        instance = host.make(index);
        if (!instance) return nullptr;
        instrument.broken = false;
    }
    if (!instance->memory.arena) instance->memory.arena = host.arenas.take();
    if (!instance->memory.arena) {
        host.state.set_error(instrument.shown + ": no memory for another voice");
        host.destroy(instance);
        return nullptr;
    }
    auto& memory = instance->memory;
    memory.arena_capacity_bytes = host.options.arena_bytes;
    memory.lines.memory = memory.arena + memory.arena_capacity_bytes;
    memory.lines.capacity_bytes = host.lines_bytes();
    return instance;
}

void LuaHost::give_back(Instance* instance) noexcept {
    if (instance) impl_->destroy(instance);
}

void LuaHost::retire(std::uint16_t index) noexcept {
    impl_->instruments[index].wanted = 0;
    impl_->empty_pool(impl_->instruments[index]);
}

bool LuaHost::refill_pools() {
    for (std::size_t i = 0; i < impl_->instruments.size(); ++i) {
        auto& instrument = impl_->instruments[i];
        if (instrument.broken || instrument.pool.size() >= instrument.wanted) continue;
        if (auto* instance = impl_->make(static_cast<std::uint16_t>(i))) {
            instrument.pool.push_back(instance);
            return true;
        }
        instrument.broken = true;
    }
    return false;
}

}  // namespace forerun
