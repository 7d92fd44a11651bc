// Compiles a script before its first note: plays notes with all events on scratch instances, at every quality level.
#include <algorithm>
#include <utility>

#include "script-runtime/host/lua_host_parts.h"
#include "script-runtime/sandbox/thread_time.h"
#include "shared/bad_input.h"

namespace forerun {
namespace {

constexpr int hot_loop_turns = 56;  // LuaJIT's default, also set in lua_state.cpp
constexpr int starts_until_compiled = 2 * hot_loop_turns + 8;
constexpr int checkpoints_until_compiled = 20;

}  // namespace

// LuaJIT first compiles what becomes hot first: functions that a loop calls twice per iteration before the loop. The dsp
// library's functions are shared by all scripts; if they are compiled separately, or that fails, every later script suffers
// (side traces into loops that are not compiled; in the end "blacklisted"). So this brings a script's loop to one iteration
// before hot, without counting for the functions: the first real frame compiles the loop with all that it calls.
bool LuaHost::Impl::prime(Instance& instance) {
    state.forget_hot_code();
    enter(instance);
    sandbox.push(Sandbox::prime);
    push_reference(instance.object);
    lua_pushinteger(lua, hot_loop_turns - 1);
    return call(instance, 2, 0);
}

namespace {

// The steps of one note: started, held, changed by all controls and another quality, released, played until it is done.
struct NotePlan {
    // Long enough for a loop and its side exits to become hot, and for a typical release.
    static constexpr int held_quanta = 24, changed_quanta = 4;
    int release_quanta;

    int last() const { return held_quanta + changed_quanta + release_quanta + 2; }
};

}  // namespace

bool LuaHost::warm(std::uint16_t index, std::uint32_t pooled, std::int64_t most_nanoseconds) {
    Warming warming;
    warming.index = index;
    warming.pooled = pooled;
    warming.most_nanoseconds = most_nanoseconds;
    while (!warm_step(warming)) {
    }
    return !warming.given_up;
}

void LuaHost::check_warming(Warming& warming, bool ok) {
    if (ok) return;
    if (warming.instance) give_back(std::exchange(warming.instance, nullptr));
    throw BadInput(impl_->state.error());
}

void LuaHost::begin_warm_note(Warming& warming, StartNote note) {
    std::vector<float> values;
    for (const auto& p : impl_->instruments[warming.index].description.parameters) values.push_back(p.value);
    note.parameters = values;
    check_warming(warming, (warming.instance = take(warming.index)) != nullptr);
    check_warming(warming, start(*warming.instance, note));
    warming.frequency_hz = note.frequency_hz;
    warming.quality = note.quality;
    warming.frame = 0;
    warming.note_step = 0;
    warming.is_done = false;
}

void LuaHost::end_warm_note(Warming& warming) {
    give_back(std::exchange(warming.instance, nullptr));
    collect_step();
}

// A quantum by its number in the current phase; every eighth is split by a bend.
void LuaHost::warm_quantum(Warming& warming, int number) {
    if (warming.is_done) return;
    auto& instance = *warming.instance;
    const auto frame = warming.frame;
    if (number % 8 == 7) {
        const int part = 1 + number % (quantum_frames - 1);
        check_warming(warming, render(instance, frame, 0, part));
        set_pitch(instance, warming.frequency_hz, 1 + 0.001 * number);
        check_warming(warming, render(instance, frame, part, static_cast<int>(quantum_frames) - part));
    } else {
        check_warming(warming, render(instance, frame, 0, quantum_frames));
    }
    check_warming(warming, done(instance, warming.is_done));
    warming.frame += quantum_frames;
}

// One step of the current note; true after its last.
bool LuaHost::warm_note_step(Warming& warming, int release_quanta) {
    const NotePlan plan{release_quanta};
    const int step = warming.note_step++;
    constexpr int changes = NotePlan::held_quanta, releases = changes + NotePlan::changed_quanta + 1;
    auto& instance = *warming.instance;
    if (step < changes) {
        warm_quantum(warming, step);
    } else if (step == changes) {
        for (const auto control : all_voice_controls)
            if (control != VoiceControl::bend)
                set_control(instance, control, 0.5 + 0.2 * description_of(control).voice_rest);
        const auto& parameters = impl_->instruments[warming.index].description.parameters;
        for (std::size_t p = 0; p < parameters.size(); ++p)
            set_parameter(instance, static_cast<std::uint16_t>(p), static_cast<double>(parameters[p].value));
        set_quality(instance, (warming.quality + 1) % 3);
    } else if (step < releases) {
        warm_quantum(warming, step - changes - 1);
    } else if (step == releases) {
        set_quality(instance, warming.quality);
        warming.is_done = false;
        check_warming(warming, release(instance));
    } else {
        warm_quantum(warming, step - releases - 1);
        return warming.is_done || warming.note_step >= plan.last();
    }
    return false;
}

bool LuaHost::warm_step(Warming& warming, std::int64_t most_nanoseconds) {
    auto& host = *impl_;
    const auto index = warming.index;
    host.instruments[index].warmed = false;
    const ThreadTime time;
    const auto began = time.nanoseconds();
    const auto spent = [&] { return time.nanoseconds() - began; };
    const auto over = [&] { return warming.spent_nanoseconds + spent() > warming.most_nanoseconds; };

    // If another instrument has the same script, only what depends on parameters is left to compile.
    const bool compiled = host.instruments[index].shares_code;
    const int notes_per_level = compiled ? 1 : 4, release_quanta = compiled ? 60 : 400;
    auto& checkpoint = warming.checkpoint;
    while (warming.notes < 3 * notes_per_level || warming.instance) {
        if (over()) break;
        if (spent() > most_nanoseconds) return warming.spent_nanoseconds += spent(), false;
        if (warming.instance) {
            if (warm_note_step(warming, release_quanta)) end_warm_note(warming);
            continue;
        }
        const int note_number = warming.notes++;
        StartNote note;
        note.key = 36 + 5 * (note_number % 12);
        note.velocity = 0.3 + 0.05 * note_number;
        note.frequency_hz = 65.4 * (1 + note_number);
        note.quality = 2 - note_number / notes_per_level;
        note.seed = static_cast<std::uint64_t>(note_number) + 1;
        begin_warm_note(warming, note);
        warming.used_bytes = std::max(warming.used_bytes, warming.instance->memory.arena_used_bytes);
        warming.lines_bytes = std::max(warming.lines_bytes, warming.instance->memory.lines.used_bytes);
        if (!compiled && note_number % notes_per_level == 0) check_warming(warming, host.prime(*warming.instance));
        // A voice that cannot be copied plays all the same.
        for (int i = 0; i < checkpoints_until_compiled; ++i)
            if (save_checkpoint(*warming.instance, checkpoint))
                check_warming(warming, restore_checkpoint(*warming.instance, checkpoint));
        warm_note_step(warming, release_quanta);  // compiles the primed loop now, before anything else runs
    }
    if (warming.instance) end_warm_note(warming);

    // A function that is called once per note is compiled at about its hundredth call: do that here, not in a real note.
    while (!compiled && warming.starts < starts_until_compiled && !over()) {
        if (spent() > most_nanoseconds) return warming.spent_nanoseconds += spent(), false;
        const int note_number = warming.starts++;
        StartNote note;
        note.key = 36 + note_number % 60;
        note.frequency_hz = 65.4 + note_number;
        note.quality = note_number % 3;
        begin_warm_note(warming, note);
        check_warming(warming, render(*warming.instance, 0, 0, quantum_frames));
        check_warming(warming, release(*warming.instance));
        end_warm_note(warming);
    }

    forget_checkpoint(checkpoint);
    luaL_unref(host.lua, LUA_REGISTRYINDEX, checkpoint.slot);
    checkpoint.slot = LUA_NOREF;
    auto& instrument = host.instruments[index];
    instrument.wanted = warming.pooled;
    host.arenas.prepare(warming.pooled, 0, warming.used_bytes);
    host.arenas.prepare(warming.pooled, host.options.arena_bytes, warming.lines_bytes);
    // The rest is created in idle time.
    while (instrument.pool.size() < warming.pooled && !over()) {
        auto* made = host.make(index);
        check_warming(warming, made != nullptr);
        instrument.pool.push_back(made);
    }
    warming.given_up = over();
    warming.spent_nanoseconds += spent();
    instrument.warmed = true;
    return true;
}

}  // namespace forerun
