// The engine's interface to the script side. The only calls between the two; all sound, events and figures cross in
// SharedState. Implemented in script-runtime/, which the engine never includes: the program links both.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "shared/configuration.h"
#include "shared/rig/rig.h"
#include "shared/shared_state.h"

namespace forerun {

// What a voice showed when it was played for its author, on a scratch state and at full quality.
struct VoiceCheck {
    std::string script;                       // as messages name it
    std::string fixed;                        // why its events wait for what is rendered ahead; empty: it is rewound
    std::uint64_t state_bytes = 0;            // of its dsp objects
    std::int64_t checkpoint_nanoseconds = 0;  // medians
    std::int64_t quantum_nanoseconds = 0;
    bool cut_short = false;            // 10 s of CPU time were not enough for all that is tried
    std::int64_t silenced_frame = -1;  // of a note's first quantum with samples that no ring takes; −1: none
    std::string silenced;              // "file:line: what it makes, where it comes from"; empty: none
    std::string endless;               // "file:line: why a note never ends"; empty: it does, or it is not known
};

// A file that scripts were read from: a rig, a voice, a module.
struct ScriptText {
    std::filesystem::path path;
    std::string text;
};

// New versions of scripts: what was changed, and the instruments that play it, by their index in the rig.
struct ScriptReload {
    struct Instrument {
        std::uint16_t index = 0;
        InstrumentDescription description;  // of the new version, numbered
    };
    std::vector<ScriptText> texts;  // all files of the scripts, as the new version has them
    std::vector<Instrument> instruments;
    std::vector<std::string> remarks;  // what of the descriptions does not apply before the next start. Not logged
};

// NOT real-time: nothing here may be called on the audio thread.
class ScriptRuntime {
public:
    virtual ~ScriptRuntime() = default;

    // Gets, a line at a time, what load_rig, load_voice, check_voice and start wait for when they take longer than a
    // second; called on the thread that waits. Scripts are compiled for 2 s of CPU time each at most, and 20 s together.
    using Waiting = std::function<void(const std::string&)>;
    virtual void report_waiting(Waiting waiting) = 0;

    // Evaluates a rig file, or wraps one voice script into a rig that listens on all channels. Loads and tries every voice
    // script it names (start, release and some quanta on a scratch state), so that a broken script is refused here with
    // file:line. Throws BadInput. [any thread]
    virtual Rig load_rig(const std::filesystem::path& file) = 0;
    virtual Rig load_voice(const std::filesystem::path& file) = 0;

    // True when the file returns a rig, false when it returns a voice. Throws BadInput when it returns neither.
    virtual bool is_rig(const std::filesystem::path& file) = 0;

    // Plays one of a rig's voices for some seconds of its time, with every event a voice can get, and keeps copying its state.
    // Throws BadInput with file:line when its script fails. [any thread]
    virtual VoiceCheck check_voice(const InstrumentDescription& instrument) = 0;

    // Starts the workers on these instruments; returns when every worker has compiled and warmed all of them. Each thread
    // calls thread_started() first (it raises priorities; the watchdog is the thread that must preempt the workers).
    // Both arguments outlive the workers. Throws BadInput when a script fails while warming. [one thread, once]
    enum class Thread { worker, watchdog };
    using ThreadStarted = void (*)(Thread);
    virtual void start(SharedState& state, const Rig& rig, ThreadStarted thread_started) = 0;

    // There are new messages for this worker. [conductor]
    virtual void wake(std::uint32_t worker) noexcept = 0;

    // What a changed file means: every script that reads it is looked at and played for a while on a scratch state. Nothing
    // to reload when no instrument reads it. Throws BadInput with file:line when a new version does not compile, fails, or
    // makes samples that are not numbers. After start(). [one thread, not audio]
    virtual ScriptReload try_reload(const std::filesystem::path& file) = 0;
    // Lets every worker compile and warm the new versions, beside what they play, and waits for that. Throws BadInput when
    // one fails while it is warmed; then none is used. [the same thread]
    virtual void prepare(const ScriptReload& reload) = 0;

    // Joins the workers. Idempotent.
    virtual void stop() noexcept = 0;

    // Every file that was read since this runtime was made, as it was read first. [any thread]
    virtual std::vector<ScriptText> texts() const = 0;
    // What to look at to know that one has changed: those files, but where a link of the rig leads to a script the link, and
    // not what lies in folders that no instrument's script is in any more. [any thread]
    virtual std::vector<std::filesystem::path> files() const = 0;
    // Whether the file is now what it was when it was read first. [any thread]
    virtual bool is_as_read(const std::filesystem::path& file) const = 0;

    // LuaJIT's version and how it was built, for reports.
    virtual std::string description() const = 0;
};

class WorkerProbes;  // shared/worker_probe.h

// How workers run where no user has them.
struct WorkerSetup {
    // A replay of a session log: what was decided then is done again (script-runtime/worker/replayed_timelines.h), and may take a
    // voice so far behind the clock.
    std::optional<std::int64_t> replay_reach_frames;
    WorkerProbes* probes = nullptr;  // of tests and measurements; outlives the workers
};

// configuration.workers must be the final number (see worker_count).
std::unique_ptr<ScriptRuntime> make_script_runtime(const Configuration& configuration, const WorkerSetup& setup = {});

// The number of workers that a configuration asks for on this machine: its own, or cores − 1, at least 1.
std::uint32_t worker_count(const Configuration& configuration);

}  // namespace forerun
