// One Lua state with the voice scripts of a rig, and the voices (instances) that run in it.
//
// NOT real-time. Every member belongs to one worker thread, except interrupt(). Scripts are called for whole quanta or for
// the parts into which events split them; the output of a voice depends on its script, its start note, its seed and its
// events with their frames, never on the time or the size of calls.
//
// An instance is one run of a script's chunk (so file-local variables belong to the voice), its `self`, and an arena for its
// dsp objects. Instances are pooled: taking one needs no compilation, and no allocation except in start().
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "script-runtime/host/checkpoint.h"
#include "script-runtime/host/lua_host_options.h"
#include "script-runtime/host/start_note.h"
#include "script-runtime/host/voice_memory.h"
#include "shared/messages/event.h"
#include "shared/messages/voice_controls.h"
#include "shared/rig/rig.h"
#include "shared/time/musical_time.h"
#include "shared/time/quantum.h"

namespace forerun {

class Instance;  // instance.h
class LuaTableReader;

class LuaHost {
public:
    // Throws BadInput when the dsp library cannot be found or loaded.
    explicit LuaHost(const LuaHostOptions& options);
    ~LuaHost();
    LuaHost(const LuaHost&) = delete;
    LuaHost& operator=(const LuaHost&) = delete;

    // Compiles a voice script and runs its chunk once, to read its declarations: name, priority, channels, polyphony,
    // parameters. Throws BadInput with file:line.
    InstrumentDescription describe(const std::filesystem::path& script);

    // Whether a Lua file returns a rig (a table with instruments) and not a voice. Throws BadInput with file:line.
    bool is_rig(const std::filesystem::path& file);

    // Evaluates a Lua file that returns a table, and calls read(table). Throws BadInput with file:line, as `read` may.
    void read_table(const std::filesystem::path& file, const std::function<void(const LuaTableReader&)>& read);

    // Evaluates a rig file, and describes its voices. Throws BadInput with file:line.
    Rig evaluate_rig(const std::filesystem::path& file);  // also a set of rigs

    // Loads the script of instrument `index`. Throws BadInput.
    void load_instrument(std::uint16_t index, const InstrumentDescription& description);

    // Compiles traces and touches memory: starts, plays, bends, releases and ends notes at every quality level on scratch
    // instances, then fills the pool up to `pooled` instances. Stops after the call that exceeds this CPU time; the rest is
    // compiled when notes play, and the result is false. Throws BadInput when the script fails.
    static constexpr std::int64_t most_warming_nanoseconds = 2'000'000'000;
    bool warm(std::uint16_t index, std::uint32_t pooled, std::int64_t most_nanoseconds = most_warming_nanoseconds);

    // The same in steps, while voices sound: each step ends after the call that exceeds its CPU time. True when done.
    struct Warming {
        std::uint16_t index = 0;
        std::uint32_t pooled = 0;
        std::int64_t most_nanoseconds = most_warming_nanoseconds;
        std::int64_t spent_nanoseconds = 0;
        bool given_up = false;
        int notes = 0, starts = 0;
        std::uint32_t used_bytes = 0, lines_bytes = 0;
        Checkpoint checkpoint;
        // The current note.
        Instance* instance = nullptr;
        double frequency_hz = 440;
        int quality = 2, note_step = 0;
        std::int64_t frame = 0;
        bool is_done = false;
    };
    bool warm_step(Warming& warming, std::int64_t most_nanoseconds = most_warming_nanoseconds);

    // From now on the file has this text, regardless of the disk.
    void set_text(const std::filesystem::path& file, const std::string& text);
    // Frees the pool of an instrument that gets no more notes.
    void retire(std::uint16_t index) noexcept;

    // An instance for a note, from the pool or new. nullptr when creating one failed (see error()).
    Instance* take(std::uint16_t instrument);
    void give_back(Instance* instance) noexcept;
    // Adds at most one instance to a pool that is not full; true if it did. For idle time.
    bool refill_pools();

    // These make guarded calls into Lua: false when the script failed, was interrupted or ran out of memory; then error() has
    // file:line and reason in one line, and the instance may only be given back.
    bool start(Instance& instance, const StartNote& note);
    // Renders frames [first, first + frames) of the quantum that begins at voice frame `quantum_frame` into left()/right().
    bool render(Instance& instance, std::int64_t quantum_frame, int first, int frames);
    bool release(Instance& instance, double velocity = usual_release_velocity);
    // An instance of another version of the script that continues where `old` is: started with `now`, released if `released`,
    // with all state of the same names that has changed since `old` was started with `then`. nullptr when the new version
    // fails: error() says why, and `old` is unchanged.
    Instance* carry_over(Instance& old, std::uint16_t new_instrument, const StartNote& then, const StartNote& now,
                         std::optional<float> released);
    // Copies the voice's current bend, pressure and other controls into a note.
    void read_controls(const Instance& instance, StartNote& note);
    // The current values of a voice's parameters, in the order of its instrument's description.
    std::vector<float> parameters(const Instance& instance);
    bool done(Instance& instance, bool& is_done);
    // Their product is the audible frequency.
    void set_pitch(Instance& instance, double frequency_hz, double bend_ratio);
    // Any but a bend.
    void set_control(Instance& instance, VoiceControl control, double value);
    void set_time(Instance& instance, const MusicalTime& time);
    MusicalTime time(const Instance& instance) const;
    // Whether its functions other than start() read self.clock.
    bool looks_at_time(const Instance& instance) const;
    void set_parameter(Instance& instance, std::uint16_t index, double value);
    void set_quality(Instance& instance, int level);

    // Copies the voice's state before the quantum at checkpoint.frame. False when the state cannot be copied: error() says why,
    // with the line, and the voice plays on. `outlasts`: it stays valid although frames from before it are rendered again.
    bool save_checkpoint(Instance& instance, Checkpoint& checkpoint, bool outlasts = false);
    // False when delay lines have been overwritten since, so that they could not be restored.
    bool can_restore(const Instance& instance, const Checkpoint& checkpoint) const noexcept;
    // Restores the state, also of an instance that has failed since. False: restoring failed, the instance may only be given
    // back.
    bool restore_checkpoint(Instance& instance, const Checkpoint& checkpoint);
    // Drops the checkpoint's references to Lua objects.
    void forget_checkpoint(Checkpoint& checkpoint) noexcept;
    // "file:line" of a script's function: "start", "sound", "done" or "release"; only the file if it is not a Lua function.
    std::string place_of(const Instance& instance, const char* function);
    // For checks: renders a quantum with an invalid sample again, slowly. Returns "file:line" of the cause and the first affected
    // variable or dsp object. Discards compiled code.
    std::string find_bad_number(Instance& instance, std::int64_t quantum_frame);
    // The memory of self.amp if it is a dsp object, else empty.
    std::string amp_state(Instance& instance);
    bool says_done(const Instance& instance);  // the script has a function `done`

    // While quiet, scripts' prints are dropped: they have been printed before.
    void set_quiet(bool quiet) noexcept;

    float* left() noexcept;
    float* right() noexcept;
    const std::string& error() const noexcept;

    // One step of the garbage collector; true when it completed a cycle.
    bool collect_step();
    // A full collection, when the soft memory limit is exceeded.
    void collect_all();

    // For injected faults: creates tables of so many bytes, half of them kept until the next call; discards compiled code.
    void make_garbage(std::uint64_t bytes);
    void forget_compiled_code() noexcept;
    std::uint64_t lua_bytes() const noexcept;
    // Number of compiled traces. Grows while scripts warm up, then stays constant.
    std::uint32_t traces();
    std::uint32_t state_bytes(const Instance& instance) const noexcept;  // of its dsp objects

    // Makes the current script call fail with "did not return within …", also inside pcall and compiled loops. May be repeated
    // until the call has ended. [any thread]
    void interrupt() noexcept;
    // The number of the current script call, incremented with each call; 0 between calls. [any thread]
    std::uint64_t call_number() const noexcept;

    static std::string description();  // LuaJIT version and build features

private:
    Rig evaluate_rig(const std::filesystem::path& file, bool in_set);

    // ---- lua_host_warm.cpp
    void check_warming(Warming& warming, bool ok);
    void begin_warm_note(Warming& warming, StartNote note);
    void end_warm_note(Warming& warming);
    void warm_quantum(Warming& warming, int number);
    bool warm_note_step(Warming& warming, int release_quanta);

    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace forerun
