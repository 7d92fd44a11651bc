// Compiles a script before its first note: everything a note does is done to scratch instances, at every quality level.
#include <algorithm>
#include <utility>

#include "script-runtime/lua_host_parts.h"
#include "shared/bad_input.h"

namespace forerun {
namespace {

constexpr int hot_loop_turns = 56;  // LuaJIT's default, also set in lua_state.cpp
constexpr int starts_until_compiled = 2 * hot_loop_turns + 8;
constexpr int checkpoints_until_compiled = 20;
constexpr int starts_per_step = 12;

}  // namespace

// LuaJIT compiles what is hot first: of a loop and the functions it calls twice per turn, the functions. The functions of
// the dsp library are shared by all scripts, and when they are compiled by themselves, or that fails, every later script
// suffers (side traces into loops that are not compiled; in the end "blacklisted"). So a script's loop is brought to one
// turn before hot here, with nothing counted for the functions: the first real frame compiles it with all it calls.
bool LuaHost::Impl::prime(Instance& instance) {
    state.forget_hot_code();
    enter(instance);
    sandbox.push(Sandbox::prime);
    push_reference(instance.object);
    lua_pushinteger(lua, hot_loop_turns - 1);
    return call(instance, 2, 0);
}

void LuaHost::warm(std::uint16_t index, std::uint32_t pooled) {
    Warming warming;
    warming.index = index;
    warming.pooled = pooled;
    while (!warm_step(warming)) {
    }
}

bool LuaHost::warm_step(Warming& warming) {
    auto& host = *impl_;
    const auto index = warming.index;
    host.instruments[index].warmed = false;
    Instance* instance = nullptr;
    const auto check = [&](bool ok) {
        if (ok) return;
        if (instance) give_back(instance);
        throw BadInput(host.state.error());
    };
    std::vector<float> values;
    for (const auto& p : host.instruments[index].description.parameters) values.push_back(p.value);
    const auto begin = [&](StartNote note) {
        note.parameters = values;
        check((instance = take(index)) != nullptr);
        check(start(*instance, note));
    };
    const auto end = [&] {
        give_back(std::exchange(instance, nullptr));
        collect_step();
    };

    // Long enough for a loop to become hot and for its side exits, too; and for an envelope's usual release. Where the code
    // has been compiled for another instrument, only what other parameters change is left.
    const bool compiled = host.instruments[index].shares_code;
    const int notes_per_level = compiled ? 1 : 4, most_release_quanta = compiled ? 60 : 400;
    constexpr int held_quanta = 24;
    auto& checkpoint = warming.checkpoint;
    if (warming.notes < 3 * notes_per_level) {
        const int note_number = warming.notes++;
        StartNote note;
        note.key = 36 + 5 * (note_number % 12);
        note.velocity = 0.3 + 0.05 * note_number;
        note.frequency_hz = 65.4 * (1 + note_number);
        note.quality = 2 - note_number / notes_per_level;
        note.seed = static_cast<std::uint64_t>(note_number) + 1;
        begin(note);
        warming.used_bytes = std::max(warming.used_bytes, instance->memory.arena_used_bytes);
        warming.lines_bytes = std::max(warming.lines_bytes, instance->memory.lines.used_bytes);
        if (!compiled && note_number % notes_per_level == 0) check(host.prime(*instance));
        std::int64_t frame = 0;
        bool is_done = false;
        const auto play = [&](int quanta) {
            for (int i = 0; i < quanta && !is_done; ++i, frame += quantum_frames) {
                if (i % 8 == 7) {
                    const int part = 1 + i % (quantum_frames - 1);
                    check(render(*instance, frame, 0, part));
                    set_pitch(*instance, note.frequency_hz, 1 + 0.001 * i);
                    check(render(*instance, frame, part, static_cast<int>(quantum_frames) - part));
                } else {
                    check(render(*instance, frame, 0, quantum_frames));
                }
                check(done(*instance, is_done));
            }
        };
        // A voice that cannot be copied plays all the same.
        for (int i = 0; i < checkpoints_until_compiled; ++i)
            if (save_checkpoint(*instance, checkpoint)) check(restore_checkpoint(*instance, checkpoint));
        play(held_quanta);
        set_pressure(*instance, 0.5);
        set_modulation(*instance, 0.5);
        set_timbre(*instance, 0.6);
        for (std::size_t p = 0; p < values.size(); ++p)
            set_parameter(*instance, static_cast<std::uint16_t>(p), values[p]);
        set_quality(*instance, (note.quality + 1) % 3);
        play(4);
        set_quality(*instance, note.quality);
        is_done = false;
        check(release(*instance));
        play(most_release_quanta);
        end();
        return false;
    }

    // A function that is called once per note is compiled at about its hundredth call: here, and not in a note.
    for (int last = warming.starts + starts_per_step; !compiled && warming.starts < starts_until_compiled;) {
        if (warming.starts == last) return false;
        const int note_number = warming.starts++;
        StartNote note;
        note.key = 36 + note_number % 60;
        note.frequency_hz = 65.4 + note_number;
        note.quality = note_number % 3;
        begin(note);
        check(render(*instance, 0, 0, quantum_frames));
        check(release(*instance));
        end();
    }

    forget_checkpoint(checkpoint);
    luaL_unref(host.lua, LUA_REGISTRYINDEX, checkpoint.slot);
    auto& instrument = host.instruments[index];
    instrument.wanted = warming.pooled;
    host.arenas.prepare(warming.pooled, 0, warming.used_bytes);
    host.arenas.prepare(warming.pooled, host.options.arena_bytes, warming.lines_bytes);
    while (instrument.pool.size() < warming.pooled) {
        auto* made = host.make(index);
        check(made != nullptr);
        instrument.pool.push_back(made);
    }
    instrument.warmed = true;
    return true;
}

}  // namespace forerun
