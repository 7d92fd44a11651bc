// The parts of a LuaHost: one state, its sandbox, the rig's instruments and all instances.
//
//   lua_host.cpp             files: describing voices, evaluating rigs, loading instruments
//   lua_host_instances.cpp   instances: created, pooled, taken, destroyed
//   lua_host_calls.cpp       calls into an instance's script, and their failures
//   lua_host_checkpoints.cpp copies of an instance's state
//   lua_host_carry.cpp       a sounding voice continues in another version of its script
//   lua_host_warm.cpp        compiling a script before its first note
//   lua_host_diagnosis.cpp   questions of `forerun check`
#pragma once

#include <array>
#include <lua.hpp>
#include <set>
#include <string>
#include <vector>

#include "script-runtime/host/instance.h"
#include "script-runtime/host/voice_arena.h"
#include "script-runtime/host/voice_random.h"
#include "script-runtime/sandbox/lua_state.h"
#include "script-runtime/sandbox/sandbox.h"

namespace forerun {

inline constexpr std::uint64_t chunk_seed = 0x666f726572756eull;  // "forerun"; a chunk runs before its note is known

struct LuaHost::Impl {
    struct Instrument {
        InstrumentDescription description;
        std::string shown;
        int script = LUA_NOREF;
        int names = LUA_NOREF;  // of its parameters
        std::uint32_t generation = 0;
        std::uint32_t wanted = 0;  // instances in the pool
        bool warmed = false;       // its notes are audible, and may print
        bool shares_code = false;  // with an instrument that was loaded and warmed before it
        bool broken = false;       // its chunk failed in idle time; not tried again until a note needs it
        std::vector<Instance*> pool;
    };

    LuaHostOptions options;
    LuaState state;
    lua_State* lua;
    alignas(64) std::array<float, quantum_frames> left{};
    alignas(64) std::array<float, quantum_frames> right{};
    World world;
    HostView view;
    VoiceMemory chunk_memory;  // no arena: dsp objects are created in start()
    VoiceArenas arenas;
    Sandbox sandbox;
    std::vector<Instrument> instruments;
    bool renders_again = false;
    std::set<Instance*> instances;  // all that exist

    explicit Impl(const LuaHostOptions& given)
        : options(given),
          state({given.jit, given.memory_bytes, given.watchdog_milliseconds}),
          lua(state.get()),
          world{nullptr, given.rate_hz, left.data(), right.data(), given.reach_frames},
          arenas(given.arena_bytes + lines_bytes()),
          sandbox(state, given, enter_chunk(), view) {}

    ~Impl() {
        for (auto* instance : instances) delete instance;
    }

    // Address space for a voice's long lines.
    std::uint32_t lines_bytes() const { return options.reach_frames > 0 ? 8u << 20 : 0; }

    // ---- The context of a call

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
        world.out_frames = 0;  // a failed render() has left its own
        world.clock = {instance.time.tempo, instance.time.beat_at(instance.memory.frame, world.rate_hz),
                       instance.time.playing ? 1 : 0};
        view.voice = &instance.memory;
        view.rendering = 1;
        view.quiet = instruments[instance.instrument].warmed && !renders_again ? 0 : 1;
    }

    // A field of a playing instance's self.
    void set_field(const Instance& instance, const char* name, double value) {
        if (!instance.playing) return;
        push_reference(instance.self);
        // Raw: a metatable set by the script must not be called here, where no error is caught.
        lua_pushstring(lua, name);
        lua_pushnumber(lua, value);
        lua_rawset(lua, -3);
        lua_pop(lua, 1);
    }
    void push_reference(int reference) { lua_rawgeti(lua, LUA_REGISTRYINDEX, reference); }
    int pop_reference() { return luaL_ref(lua, LUA_REGISTRYINDEX); }
    void drop(int& reference) {
        luaL_unref(lua, LUA_REGISTRYINDEX, reference);
        reference = LUA_NOREF;
    }

    const std::string& shown_of(const Instance& instance) { return instruments[instance.instrument].shown; }

    // The function and its arguments are on the stack. Pops them, pushes the results.
    bool call(Instance& instance, int arguments, int results);
    // "file:line" of the instance's "sound", "done" or "release".
    std::string place_of(const Instance& instance, const char* function);
    void warn_of_written_frequency(Instance& instance, const char* function);
    // A frame that is not a number fails in the host's loop, without a line of the script: explains the error.
    void explain_sample(Instance& instance);
    // The state exceeds its memory limit even after collection: the instance that has allocated most fails.
    void fail_largest();

    // False when it has failed before: error() says why.
    bool may_call(Instance& instance) {
        if (instance.failure.empty()) [[likely]]
            return true;
        state.set_error(instance.failure);
        return false;
    }

    // Runs the script's loop until one iteration before LuaJIT compiles it.
    bool prime(Instance& instance);

    // ---- Scripts

    // Pushes the script at `file`, an object of lua/instances.lua.
    bool push_script(const std::filesystem::path& file, const std::string& shown);
    // Runs a Lua file and leaves its result on the stack. Only one run of a file may print. Throws BadInput.
    void evaluate(const std::filesystem::path& file, const std::string& shown, bool may_print);

    // ---- Instances

    // nullptr when the script's chunk failed.
    Instance* make(std::uint16_t instrument);
    void destroy(Instance* instance) noexcept;
    void empty_pool(Instrument& instrument);
};

}  // namespace forerun
