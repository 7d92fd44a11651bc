#include "script-runtime/lua_host.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <lua.hpp>
#include <regex>
#include <set>

#include "script-runtime/instance.h"
#include "script-runtime/lua_state.h"
#include "script-runtime/lua_table_reader.h"
#include "script-runtime/rig_file.h"
#include "script-runtime/sandbox.h"
#include "script-runtime/voice_arena.h"
#include "script-runtime/voice_description.h"
#include "shared/bad_input.h"

namespace forerun {
namespace fs = std::filesystem;
namespace {

// LuaJIT compiles for one closure until a function has been made more often than this; from then on for all of them. A
// script's chunk has run that often before its first note, so that one note's traces serve the next.
constexpr int runs_before_first_note = 4;

constexpr int hot_loop_turns = 56;  // LuaJIT's default, also set in lua_state.cpp

constexpr std::uint64_t chunk_seed = 0x666f726572756eull;  // "forerun": a chunk runs before its note is known

// LuaJIT's own messages call objects by their C types: "'struct fr_decay &'" becomes "dsp.decay".
std::string in_script_words(std::string text) {
    static const std::regex object("'?struct fr_([a-z_]*[a-z])(_[0-9]+)?( &)?'?");
    if (text.find("struct fr_") == std::string::npos) return text;
    text = std::regex_replace(text, object, "dsp.$1");
    for (const auto& [from, to] : {std::pair<std::string, std::string>{"dsp.out_left", "out.left"},
                                   {"dsp.out_right", "out.right"},
                                   {"dsp.out", "out"},
                                   {"has no member named", "has no member"}})
        if (const auto at = text.find(from); at != std::string::npos) text.replace(at, from.size(), to);
    return text;
}

// SplitMix64 (Steele, Lea, Flood), public domain.
std::uint64_t split_mix(std::uint64_t& state) {
    std::uint64_t z = state += 0x9e3779b97f4a7c15ull;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ull;
    z = (z ^ z >> 27) * 0x94d049bb133111ebull;
    return z ^ z >> 31;
}

void seed_generator(VoiceMemory& memory, std::uint64_t seed) {
    for (int i = 0; i < 4; i += 2) {
        const auto bits = split_mix(seed);
        memory.rng_state[i] = static_cast<std::uint32_t>(bits);
        memory.rng_state[i + 1] = static_cast<std::uint32_t>(bits >> 32);
    }
    memory.rng_state[3] |= 1;  // a generator whose state is all zero stays there
}

}  // namespace

struct LuaHost::Impl {
    struct Instrument {
        InstrumentDescription description;
        std::string shown;
        int script = LUA_NOREF;
        int names = LUA_NOREF;  // of its parameters
        std::uint32_t generation = 0;
        std::uint32_t wanted = 0;  // instances in the pool
        bool warmed = false;       // its notes are heard, and may print
        bool broken = false;       // its chunk failed in idle time; not tried again until a note asks
        std::vector<Instance*> pool;
    };

    LuaHostOptions options;
    LuaState state;
    lua_State* lua;
    alignas(64) std::array<float, quantum_frames> left{};
    alignas(64) std::array<float, quantum_frames> right{};
    World world;
    HostView view;
    VoiceMemory chunk_memory;  // no arena: dsp objects are made in start
    VoiceArenas arenas;
    Sandbox sandbox;
    std::vector<Instrument> instruments;
    std::set<Instance*> instances;  // all that live

    explicit Impl(const LuaHostOptions& given)
        : options(given),
          state({given.jit, given.memory_bytes, given.watchdog_milliseconds}),
          lua(state.get()),
          world{nullptr, given.rate_hz, left.data(), right.data()},
          arenas(given.arena_bytes),
          sandbox(state, given, enter_chunk(), view) {}

    ~Impl() {
        for (auto* instance : instances) delete instance;
    }

    // ---- Whose call it is

    World& enter_chunk() {
        seed_generator(chunk_memory, chunk_seed);
        world.voice = nullptr;
        view.voice = &chunk_memory;
        view.rendering = 0;
        view.quiet = 1;
        return world;
    }
    void enter(Instance& instance) {
        world.voice = &instance.memory;
        view.voice = &instance.memory;
        view.rendering = 1;
        view.quiet = instruments[instance.instrument].warmed ? 0 : 1;
    }

    void push_reference(int reference) { lua_rawgeti(lua, LUA_REGISTRYINDEX, reference); }
    int pop_reference() { return luaL_ref(lua, LUA_REGISTRYINDEX); }
    void drop(int& reference) {
        luaL_unref(lua, LUA_REGISTRYINDEX, reference);
        reference = LUA_NOREF;
    }

    const std::string& shown_of(const Instance& instance) { return instruments[instance.instrument].shown; }

    // The function and its arguments are on the stack. Pops them, pushes the results.
    bool call(Instance& instance, int arguments, int results) {
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
            if (state.bytes() > options.memory_bytes) blame();
            if (!instance.failure.empty()) {
                lua_pop(lua, results);
                return may_call(instance);
            }
        }
        return true;
    }

    // A frame that is no number fails in the host's loop, where the script has no line: says what the script has to do.
    void explain_sample(Instance& instance) {
        static const std::regex conversion("^(.*): cannot convert '?([^']*?)'? to 'float'$");
        std::smatch found;
        const auto text = instance.failure;
        if (!std::regex_match(text, found, conversion)) return;
        const auto& instrument = instruments[instance.instrument];
        const auto what = found[2].str();
        if (found[1].str() != instrument.shown) {
            instance.failure = fmt::format("{}: out takes numbers only, it was given {}", found[1].str(), what);
        } else {
            lua_Debug place;
            push_reference(instance.object);
            lua_getfield(lua, -1, "sound");
            lua_getinfo(lua, ">S", &place);
            lua_pop(lua, 1);
            const bool known = place.source[0] == '@' && place.linedefined > 0;  // a function of C has no line
            instance.failure =
                fmt::format("{}: sample must return {}, but {}{}",
                            known ? fmt::format("{}:{}", place.source + 1, place.linedefined) : instrument.shown,
                            instrument.description.channels == 2 ? "two numbers (channels = 2)" : "a number",
                            instrument.description.channels == 2 ? "one of them was " : "it returned ", what);
        }
        state.set_error(instance.failure);
    }

    // The state holds more than it may, and it is no garbage: who has taken most in its calls must go. The others' garbage
    // counts against them, too, so a hoarder hides only behind one who wastes more than it hoards.
    void blame() {
        Instance* worst = nullptr;
        for (auto* instance : instances) {
            if (!instance->failure.empty()) return;  // holds its memory until it is given back, which is soon
            if (!worst || instance->taken_bytes > worst->taken_bytes) worst = instance;
        }
        if (worst) worst->failure = fmt::format("{}: {}", shown_of(*worst), state.memory_text());
    }

    bool may_call(Instance& instance) {
        if (instance.failure.empty()) [[likely]]
            return true;
        state.set_error(instance.failure);
        return false;
    }

    // ---- Scripts

    // Pushes the script at `file` as lua/instances.lua has it.
    bool push_script(const fs::path& file, const std::string& shown) {
        enter_chunk();
        sandbox.push(Sandbox::script);
        lua_pushstring(lua, file.c_str());
        lua_pushstring(lua, file.parent_path().c_str());
        lua_pushstring(lua, shown.c_str());
        return state.call(3, 1, shown);
    }

    // Runs a Lua file and leaves what it returns on the stack. Of all runs of a file only one may print.
    void evaluate(const fs::path& file, const std::string& shown, bool may_print) {
        if (!push_script(file, shown)) throw BadInput(state.error());
        view.quiet = may_print ? 0 : 1;
        sandbox.push(Sandbox::run);
        lua_insert(lua, -2);
        if (!state.call(1, 1, shown)) throw BadInput(state.error());
    }

    // LuaJIT compiles what is hot first: of a loop and the functions it calls twice per turn, the functions. The functions of
    // the dsp library are shared by all scripts, and when they are compiled by themselves, or that fails, every later script
    // suffers (side traces into loops that are not compiled; in the end "blacklisted"). So a script's loop is brought to one
    // turn before hot here, with nothing counted for the functions: the first real frame compiles it with all it calls.
    bool prime(Instance& instance) {
        state.forget_hot_code();
        enter(instance);
        sandbox.push(Sandbox::prime);
        push_reference(instance.object);
        lua_pushinteger(lua, hot_loop_turns - 1);
        return call(instance, 2, 0);
    }

    // ---- Instances

    Instance* make(std::uint16_t index) {
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
        instance->loop = field("loop");
        instance->release = field("release");
        instance->done = field("done");
        instance->object = pop_reference();
        instances.insert(instance);
        return instance;
    }

    void destroy(Instance* instance) noexcept {
        for (int* reference :
             {&instance->object, &instance->loop, &instance->release, &instance->done, &instance->self})
            drop(*reference);
        arenas.give_back(instance->memory.arena, instance->memory.arena_used_bytes);
        instances.erase(instance);
        delete instance;
    }

    void empty_pool(Instrument& instrument) {
        for (auto* instance : instrument.pool) destroy(instance);
        instrument.pool.clear();
    }
};

LuaHost::LuaHost(const LuaHostOptions& options) : impl_(std::make_unique<Impl>(options)) { impl_->state.collect_all(); }
LuaHost::~LuaHost() = default;

namespace {

// Leaves the stack of a state as it was, whatever is thrown.
class StackKeeper {
public:
    explicit StackKeeper(lua_State* lua) : lua_(lua), top_(lua_gettop(lua)) {}
    ~StackKeeper() { lua_settop(lua_, top_); }
    StackKeeper(const StackKeeper&) = delete;
    StackKeeper& operator=(const StackKeeper&) = delete;

private:
    lua_State* lua_;
    int top_;
};

}  // namespace

InstrumentDescription LuaHost::describe(const fs::path& script) {
    const StackKeeper keeper(impl_->lua);
    const auto file = fs::absolute(script).lexically_normal();
    const auto shown = shown_path(file);
    impl_->evaluate(file, shown, true);
    return read_voice_description(impl_->lua, file, shown);
}

bool LuaHost::is_rig(const fs::path& given) {
    const StackKeeper keeper(impl_->lua);
    const auto file = fs::absolute(given).lexically_normal();
    const auto shown = shown_path(file);
    impl_->evaluate(file, shown, false);
    if (!lua_istable(impl_->lua, -1)) return false;
    const LuaTableReader table(impl_->lua, -1, shown);
    return table.has("instruments") || !(table.has("start") || table.has("sample") || table.has("render"));
}

Rig LuaHost::evaluate_rig(const fs::path& given) {
    const StackKeeper keeper(impl_->lua);
    const auto file = fs::absolute(given).lexically_normal();
    const auto shown = shown_path(file);
    impl_->evaluate(file, shown, true);
    return read_rig(impl_->lua, shown, [&](const std::string& voice) {
        const auto script = impl_->sandbox.find_voice(voice, file.parent_path());
        if (script.empty()) {
            std::string looked = shown_path(file.parent_path());
            for (const auto& folder : impl_->options.script_path) looked += ", " + folder.string();
            throw BadInput(fmt::format("there is no voice \"{}\" in {}", voice, looked));
        }
        return describe(script);
    });
}

void LuaHost::load_instrument(std::uint16_t index, const InstrumentDescription& description) {
    auto& host = *impl_;
    const StackKeeper keeper(host.lua);
    if (host.instruments.size() <= index) host.instruments.resize(index + 1u);
    auto& instrument = host.instruments[index];
    host.empty_pool(instrument);
    host.drop(instrument.script);
    host.drop(instrument.names);
    ++instrument.generation;
    instrument.description = description;
    instrument.shown = shown_path(description.script);
    instrument.broken = instrument.warmed = false;
    if (!host.push_script(description.script, instrument.shown)) throw BadInput(host.state.error());
    instrument.script = host.pop_reference();
    lua_createtable(host.lua, static_cast<int>(description.parameters.size()), 0);
    for (std::size_t i = 0; i < description.parameters.size(); ++i) {
        lua_pushstring(host.lua, description.parameters[i].name.c_str());
        lua_rawseti(host.lua, -2, static_cast<int>(i + 1));
    }
    instrument.names = host.pop_reference();
    for (int i = 0; i < runs_before_first_note; ++i) {
        auto* instance = host.make(index);
        if (!instance) throw BadInput(host.state.error());
        instrument.pool.push_back(instance);
    }
}

void LuaHost::warm(std::uint16_t index, std::uint32_t pooled) {
    auto& host = *impl_;
    const auto check = [&](bool ok) {
        if (!ok) throw BadInput(host.state.error());
    };
    host.instruments[index].warmed = false;
    std::vector<float> values;
    for (const auto& p : host.instruments[index].description.parameters) values.push_back(p.value);

    // Long enough for a loop to become hot and for its side exits, too; and for an envelope's usual release.
    constexpr int notes_per_level = 4, held_quanta = 24, most_release_quanta = 400;
    std::uint32_t used_bytes = 0;
    for (int note_number = 0; note_number < 3 * notes_per_level; ++note_number) {
        StartNote note;
        note.key = 36 + 5 * (note_number % 12);
        note.velocity = 0.3 + 0.05 * note_number;
        note.frequency_hz = 65.4 * (1 + note_number);
        note.quality = 2 - note_number / notes_per_level;
        note.seed = static_cast<std::uint64_t>(note_number) + 1;
        note.parameters = values;
        auto* instance = take(index);
        check(instance != nullptr);
        check(start(*instance, note));
        used_bytes = std::max(used_bytes, instance->memory.arena_used_bytes);
        if (note_number % notes_per_level == 0) check(host.prime(*instance));
        std::int64_t frame = 0;
        bool is_done = false;
        const auto play = [&](int quanta) {
            for (int i = 0; i < quanta && !is_done; ++i, frame += quantum_frames) {
                if (i % 8 == 7) {
                    const int part = 1 + i % (quantum_frames - 1);
                    check(render(*instance, frame, 0, part));
                    set_bend(*instance, 1 + 0.001 * i);
                    check(render(*instance, frame, part, static_cast<int>(quantum_frames) - part));
                } else {
                    check(render(*instance, frame, 0, quantum_frames));
                }
                check(done(*instance, is_done));
            }
        };
        play(held_quanta);
        set_pressure(*instance, 0.5);
        set_modulation(*instance, 0.5);
        for (std::size_t p = 0; p < values.size(); ++p)
            set_parameter(*instance, static_cast<std::uint16_t>(p), values[p]);
        set_quality(*instance, (note.quality + 1) % 3);
        play(4);
        set_quality(*instance, note.quality);
        is_done = false;
        check(release(*instance));
        play(most_release_quanta);
        give_back(instance);
        collect_step();
    }

    auto& instrument = host.instruments[index];
    instrument.wanted = pooled;
    host.arenas.prepare(pooled, used_bytes);
    while (instrument.pool.size() < pooled) {
        auto* instance = host.make(index);
        check(instance != nullptr);
        instrument.pool.push_back(instance);
    }
    instrument.warmed = true;
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
    instance->memory.arena_capacity_bytes = host.options.arena_bytes;
    return instance;
}

void LuaHost::give_back(Instance* instance) noexcept {
    if (instance) impl_->destroy(instance);
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

// ---- Calls

bool LuaHost::start(Instance& instance, const StartNote& note) {
    auto& host = *impl_;
    if (!host.may_call(instance)) return false;
    instance.memory.quality = note.quality;
    instance.memory.frame = 0;
    instance.memory.sealed = 0;
    seed_generator(instance.memory, note.seed);
    host.enter(instance);
    auto* lua = host.lua;
    host.sandbox.push(Sandbox::start);
    host.push_reference(instance.object);
    lua_pushnumber(lua, note.key);
    lua_pushnumber(lua, note.velocity);
    lua_pushnumber(lua, note.frequency_hz);
    lua_pushnumber(lua, note.bend_ratio);
    lua_pushnumber(lua, note.pressure);
    lua_pushnumber(lua, note.modulation);
    lua_pushnumber(lua, note.quality);
    const auto count = static_cast<int>(note.parameters.size());
    luaL_checkstack(lua, count, "parameters");
    for (const float value : note.parameters) lua_pushnumber(lua, value);
    if (!host.call(instance, 8 + count, 1)) return false;
    instance.self = host.pop_reference();
    instance.memory.sealed = 1;
    instance.playing = true;
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

bool LuaHost::release(Instance& instance) {
    auto& host = *impl_;
    if (!host.may_call(instance)) return false;
    host.enter(instance);
    host.push_reference(instance.release);
    host.push_reference(instance.self);
    host.push_reference(instance.object);
    lua_getfield(host.lua, -1, "note");
    lua_remove(host.lua, -2);
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
    lua_pop(host.lua, 1);
    return true;
}

namespace {

void set_number(lua_State* lua, const char* name, double value) {
    lua_pushstring(lua, name);
    lua_pushnumber(lua, value);
    lua_rawset(lua, -3);
}

}  // namespace

void LuaHost::set_bend(Instance& instance, double ratio) {
    auto& host = *impl_;
    if (!instance.playing || !host.may_call(instance)) return;
    host.enter(instance);
    host.sandbox.push(Sandbox::bend);
    host.push_reference(instance.object);
    host.push_reference(instance.self);
    lua_pushnumber(host.lua, ratio);
    host.call(instance, 3, 0);
}

void LuaHost::set_pressure(Instance& instance, double value) {
    if (!instance.playing) return;
    impl_->push_reference(instance.self);
    set_number(impl_->lua, "pressure", value);
    lua_pop(impl_->lua, 1);
}

void LuaHost::set_modulation(Instance& instance, double value) {
    if (!instance.playing) return;
    impl_->push_reference(instance.self);
    set_number(impl_->lua, "modulation", value);
    lua_pop(impl_->lua, 1);
}

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
    if (!instance.playing) return;
    impl_->push_reference(instance.self);
    set_number(impl_->lua, "quality", level);
    lua_pop(impl_->lua, 1);
}

// ---- The rest

const float* LuaHost::left() const noexcept { return impl_->left.data(); }
const float* LuaHost::right() const noexcept { return impl_->right.data(); }
const std::string& LuaHost::error() const noexcept { return impl_->state.error(); }
bool LuaHost::collect_step() { return impl_->state.collect_step(); }
void LuaHost::collect_all() { impl_->state.collect_all(); }
std::uint64_t LuaHost::lua_bytes() const noexcept { return impl_->state.bytes(); }
std::uint32_t LuaHost::state_bytes(const Instance& instance) const noexcept { return instance.memory.arena_used_bytes; }
std::uint32_t LuaHost::traces() {
    impl_->sandbox.push(Sandbox::traces);
    if (!impl_->state.call(0, 1, "jit")) return 0;
    const auto count = static_cast<std::uint32_t>(lua_tointeger(impl_->lua, -1));
    lua_pop(impl_->lua, 1);
    return count;
}
void LuaHost::interrupt() noexcept { impl_->state.interrupt(); }
std::uint64_t LuaHost::call_number() const noexcept { return impl_->state.call_number(); }

std::string LuaHost::description() {
#ifdef FORERUN_SYSTEM_LUAJIT
    return LUAJIT_VERSION " of the system (no interruption of compiled loops)";
#else
    return LUAJIT_VERSION " built for Forerun (CHECKHOOK, fixed string hash, fixed seed)";
#endif
}

}  // namespace forerun
