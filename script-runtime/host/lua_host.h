// One Lua state with the voice scripts of a rig in it, and the voices (instances) that run there.
//
// NOT real-time. Every member belongs to one worker thread, except interrupt(). Scripts are called for whole quanta or for
// the parts into which events split them; what a voice renders depends on its script, its start note, its seed and the
// events with their frames, never on when or in which portions it is called.
//
// An instance is one run of a script's chunk (file-local variables are the voice's own), its `self`, and an arena in which
// its dsp objects live. Instances are pooled: taking one costs no compiling and no allocation but what start() does.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "script-runtime/host/compile_watch.h"
#include "script-runtime/host/long_lines.h"
#include "script-runtime/sandbox/script_file.h"
#include "shared/configuration.h"
#include "shared/messages/event.h"
#include "shared/messages/voice_controls.h"
#include "shared/rig/gliding_pitch.h"
#include "shared/rig/rig.h"
#include "shared/time/musical_time.h"
#include "shared/time/quantum.h"

namespace forerun {

class LuaTableReader;

// Memory of one voice as the dsp library sees it. Same layout in scripts/dsp/kit.lua.
struct VoiceMemory {
    std::uint8_t* arena = nullptr;
    std::uint32_t arena_capacity_bytes = 0;
    std::uint32_t arena_used_bytes = 0;
    std::int32_t quality = 2;  // 2 full, 1 reduced, 0 least
    std::uint32_t rng_state[4] = {1, 2, 3, 4};
    std::int32_t sealed = 0;  // not 0: the note has started, dsp objects are made no more
    std::int64_t frame = 0;   // voice frame at the start of the present call
    LongLines lines;          // behind the arena
    std::int32_t told = 0;    // not 0: that a delay is read beyond its line, in this note
};

// What the dsp library sees of its worker. Same layout in scripts/dsp/kit.lua.
struct World {
    VoiceMemory* voice = nullptr;
    double rate_hz = 0;
    float* left = nullptr;  // quantum_frames each
    float* right = nullptr;
    std::int32_t reach_frames = 0;
    struct Clock {  // what self.clock shows, where the present call begins
        double tempo = 120;
        double beat = 0;
        std::int32_t is_playing = 0;
    } clock;
    // Which frames of left and right a render script may see; none when nothing is rendered.
    std::int32_t out_first = 0;
    std::int32_t out_frames = 0;
};

struct StartNote {
    int key = 60;
    double velocity = 1;        // 0..1
    double frequency_hz = 440;  // of the key, tuning and transposition included, bend not
    VoiceControlValues controls = VoiceControlValues::of_voice_at_rest();
    int quality = 2;
    std::uint64_t seed = 1;
    std::span<const float> parameters;  // the instrument's, in the order of its description
    MusicalTime time;                   // in voice frames
};

struct LuaHostOptions {
    double rate_hz = 48000;
    bool jit = true;
    bool trust = false;
    std::uint64_t memory_bytes = 256u << 20;   // soft limit of the state
    std::int64_t watchdog_milliseconds = 100;  // what "did not return within" says; interrupt() is called by others
    std::uint32_t arena_bytes = 4u << 20;      // most dsp state of one voice; address space, touched as used
    std::int32_t reach_frames = 0;             // how far checkpoints must go back; 0: all delay lines are copied
    std::vector<std::filesystem::path> script_path;  // where voices are looked for
    std::filesystem::path library;                   // the dsp library's folder; empty: own_library()
    std::filesystem::path script_root;               // see Configuration
    ReadScript read;                                 // how files are read; read_script_file, if not set
    std::function<void(const std::filesystem::path&, const std::string& text)> on_read;  // each file, if set
    std::function<void(const InstrumentDescription&)> on_described;                      // each voice, if set
    CompilerEvents on_compiler;                                                          // each trace, if set

    // What a configuration says about scripts; the reach is the caller's.
    static LuaHostOptions of(const Configuration& configuration) {
        LuaHostOptions options;
        options.rate_hz = configuration.rate_hz;
        options.jit = configuration.jit;
        options.trust = configuration.trust;
        options.memory_bytes = configuration.script_memory_bytes;
        options.watchdog_milliseconds = configuration.watchdog_milliseconds;
        options.script_path = configuration.script_path;
        options.script_root = configuration.script_root;
        options.library = configuration.library;
        return options;
    }
};

class Instance;  // opaque

// A copy of all that a voice's next frames depend on. Made by LuaHost::save_checkpoint, used again and again.
struct Checkpoint {
    std::int64_t frame = 0;  // voice frame of the quantum before which it was taken
    // Whole cache lines: a copy to 16 bytes behind a page, where malloc puts large blocks, takes 20 times as long on some
    // machines.
    struct alignas(64) Line {
        std::uint8_t bytes[64];
    };
    std::vector<Line> arena;
    std::uint32_t arena_bytes = 0;
    LongLinesCheckpoint lines;
    std::uint32_t rng_state[4] = {};
    std::int32_t quality = 2;
    int slot = -2;  // registry reference of lua/checkpoints.lua's table; LUA_NOREF

    // For the worker: whose state it is, and of whom the voice was still fading then.
    Instance* instance = nullptr;
    std::unique_ptr<Checkpoint> leaving;
    std::int64_t fade_frame = 0;
    std::optional<float> released;
    GlidingPitch pitch;
    double bend = 1;
    double set_hz = 0;
    MusicalTime time;
};

class LuaHost {
public:
    // Throws BadInput when the dsp library cannot be found or loaded.
    explicit LuaHost(const LuaHostOptions& options);
    ~LuaHost();
    LuaHost(const LuaHost&) = delete;
    LuaHost& operator=(const LuaHost&) = delete;

    // Compiles a voice script and runs its chunk once, in order to know what it declares: name, priority, channels,
    // polyphony, parameters. Throws BadInput with file:line.
    InstrumentDescription describe(const std::filesystem::path& script);

    // Whether the table that a Lua file returns is a rig (has instruments) and not a voice. Throws BadInput with file:line.
    bool is_rig(const std::filesystem::path& file);

    // Evaluates a Lua file that returns a table, and lets it be read. Throws BadInput with file:line. `read` may, too.
    void read_table(const std::filesystem::path& file, const std::function<void(const LuaTableReader&)>& read);

    // Evaluates a rig file into plain data (voices it names are described, too). Throws BadInput with file:line.
    Rig evaluate_rig(const std::filesystem::path& file);  // or a set of them

    // Gives instrument `index` its script. Throws BadInput.
    void load_instrument(std::uint16_t index, const InstrumentDescription& description);

    // Compiles traces and touches memory: starts, plays, bends, releases and ends notes at every quality level on scratch
    // instances, then fills the pool up to `pooled` instances. Takes this much CPU time and one call at most; what is not
    // compiled by then is compiled when a note plays. False: so it was. Throws BadInput when the script fails.
    static constexpr std::int64_t most_warming_nanoseconds = 2'000'000'000;
    bool warm(std::uint16_t index, std::uint32_t pooled, std::int64_t most_nanoseconds = most_warming_nanoseconds);

    // The same in steps, beside voices that sound: each ends behind the call with which it has taken so much CPU time. True when
    // it is done.
    struct Warming {
        std::uint16_t index = 0;
        std::uint32_t pooled = 0;
        std::int64_t most_nanoseconds = most_warming_nanoseconds;
        std::int64_t spent_nanoseconds = 0;
        bool given_up = false;
        int notes = 0, starts = 0;
        std::uint32_t used_bytes = 0, lines_bytes = 0;
        Checkpoint checkpoint;
        // The note that plays.
        Instance* instance = nullptr;
        double frequency_hz = 440;
        int quality = 2, note_step = 0;
        std::int64_t frame = 0;
        bool is_done = false;
    };
    bool warm_step(Warming& warming, std::int64_t most_nanoseconds = most_warming_nanoseconds);

    // From now on this file is this text, whatever the disk holds.
    void set_text(const std::filesystem::path& file, const std::string& text);
    // No more notes of this instrument: lets go of what was made for them.
    void retire(std::uint16_t index) noexcept;

    // An instance for a note; from the pool, made when it is empty. nullptr when making one failed (see error()).
    Instance* take(std::uint16_t instrument);
    void give_back(Instance* instance) noexcept;
    // Makes at most one instance where a pool has run low; true when it did. For idle moments.
    bool refill_pools();

    // Each of these calls into Lua under a guard: false when the script failed, was interrupted or ran out of memory; then
    // error() says file:line and reason in one line, and the instance may only be given back.
    bool start(Instance& instance, const StartNote& note);
    // Renders frames [first, first + frames) of the quantum that begins at voice frame `quantum_frame` into left()/right().
    bool render(Instance& instance, std::int64_t quantum_frame, int first, int frames);
    bool release(Instance& instance, double velocity = usual_release_velocity);
    // An instance of another version of the script that goes on where `old` is: started with `now`, released if `released`,
    // then with all state of the same names that has changed since `old` was started with `then`. nullptr when the new
    // version fails: error() says why, and `old` is as it was.
    Instance* carry_over(Instance& old, std::uint16_t new_instrument, const StartNote& then, const StartNote& now,
                         std::optional<float> released);
    // Puts the voice's bend, pressure and other controls of now into a note.
    void read_controls(const Instance& instance, StartNote& note);
    // What a voice's parameters are now, in the order of its instrument's description.
    std::vector<float> parameters(const Instance& instance);
    bool done(Instance& instance, bool& is_done);
    // What is heard is the product.
    void set_pitch(Instance& instance, double frequency_hz, double bend_ratio);
    // Any but a bend.
    void set_control(Instance& instance, VoiceControl control, double value);
    void set_time(Instance& instance, const MusicalTime& time);
    MusicalTime time(const Instance& instance) const;
    // Whether what is called while it sounds looks at the time.
    bool looks_at_time(const Instance& instance) const;
    void set_parameter(Instance& instance, std::uint16_t index, double value);
    void set_quality(Instance& instance, int level);

    // Copies the voice's state as it is before the quantum at checkpoint.frame. False when the voice cannot be rendered
    // again from a copy: error() says why, with the line, and the voice plays on. `outlasts`: other frames may be rendered
    // from before it, and then it is put back.
    bool save_checkpoint(Instance& instance, Checkpoint& checkpoint, bool outlasts = false);
    // False when a script has written its delay lines so often since that they would come back with other sound in them.
    bool can_restore(const Instance& instance, const Checkpoint& checkpoint) const noexcept;
    // Puts the state back, also that of an instance that has failed since. False: it could not be put back, the instance may
    // only be given back.
    bool restore_checkpoint(Instance& instance, const Checkpoint& checkpoint);
    // Lets go of what the copy holds of a note that is over.
    void forget_checkpoint(Checkpoint& checkpoint) noexcept;
    // "file:line" where one of a script's functions begins: "start", "sound", "done" or "release"; its file alone when it is no function of
    // Lua.
    std::string place_of(const Instance& instance, const char* function);
    // For checks. Frames that hold a sample which may not be sent on, again, and slowly: "file:line" of what made it, and which
    // variable or dsp object was the first. Compiled code is gone afterwards.
    std::string find_bad_number(Instance& instance, std::int64_t quantum_frame);
    // The memory of self.amp, when it is a dsp object; empty when it is not.
    std::string amp_state(Instance& instance);
    bool says_done(const Instance& instance);  // the script has a function `done`

    // What scripts print meanwhile has been printed before.
    void set_quiet(bool quiet) noexcept;

    float* left() noexcept;
    float* right() noexcept;
    const std::string& error() const noexcept;

    // Garbage. One step of the collector; true when it completed a cycle.
    bool collect_step();
    // Collects everything; for when the soft limit is passed.
    void collect_all();

    // For faults that are put in on purpose: tables of so many bytes, half of them kept until the next time; and no compiled
    // code any more.
    void make_garbage(std::uint64_t bytes);
    void forget_compiled_code() noexcept;
    std::uint64_t lua_bytes() const noexcept;
    // How many pieces of compiled code there are. Grows while scripts warm up and then stays.
    std::uint32_t traces();
    std::uint32_t state_bytes(const Instance& instance) const noexcept;  // of its dsp objects

    // Makes the script call that runs now fail with "did not return within …", also inside pcall and compiled loops. May
    // be called again and again until the call has ended. [any thread]
    void interrupt() noexcept;
    // The number of the script call that runs now, or 0 between calls; grows by one with each call. [any thread]
    std::uint64_t call_number() const noexcept;

    static std::string description();  // LuaJIT version and what its build can do

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
