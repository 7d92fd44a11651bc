// Injects faults from outside the workers, each at its times while a cell is measured: floods, bursts, scripts that hang,
// scripts that are saved again. Those from inside: injected_faults.h.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "rt-engine/forerun.h"
#include "shared/threads/guarded_thread.h"
#include "tools/measure/plan/fault.h"
#include "tools/measure/plan/parameters.h"
#include "tools/process/temporary_folder.h"

namespace forerun::measure {

// The channel on which faults play their own notes; held notes are on those below.
inline constexpr int fault_channel = 15;

// What the engine has to load so that the faults can be played: the script itself, a copy that may be written, or a rig with
// a script that hangs.
class FaultScene {
public:
    // `is_rig`: only faults that need no script of their own. Throws BadInput.
    FaultScene(std::vector<Fault> faults, std::filesystem::path script, bool is_rig);

    const std::filesystem::path& script() const { return loaded_; }
    bool is_rig() const { return is_rig_; }
    const std::filesystem::path& written_again() const { return copy_; }
    const std::vector<Fault>& faults() const { return faults_; }

private:
    std::vector<Fault> faults_;
    TemporaryFolder folder_;
    std::filesystem::path loaded_, copy_;
    bool is_rig_;
};

// Plays them, each when its time has come: by whatever clock says so.
class FaultPlayer {
public:
    // So many seconds will be measured.
    FaultPlayer(const FaultScene& scene, Engine& engine, double seconds);
    ~FaultPlayer() { stop(); }
    FaultPlayer(const FaultPlayer&) = delete;
    FaultPlayer& operator=(const FaultPlayer&) = delete;

    // Plays what is due by then, in seconds of the measurement. [one thread]
    void play_until(double seconds);
    // From now until stop() a thread of its own does that; second 0 was at `begin`.
    void follow_time(std::int64_t begin_nanoseconds);
    void stop();
    // After stop(): throws what ended the thread before its last fault, such as a reload that was refused.
    void require_played() const;
    // How often each was played, those of the workers left out. [the same thread, or after stop()]
    const std::map<FaultKind, int>& played() const { return played_; }

private:
    struct Due {
        double seconds = 0;
        Fault fault;
        bool lets_go = false;  // of a burst
    };
    void run(std::int64_t begin_nanoseconds);
    void play(const Due& due);
    void send(EventKind kind, int channel, int number, double value);

    const FaultScene& scene_;
    Engine& engine_;
    Producer producer_;
    std::vector<Due> timetable_;
    std::size_t next_ = 0;  // in timetable_
    std::map<FaultKind, int> played_;
    std::atomic<bool> stopping_{false};
    std::string failure_;  // read when the thread is joined
    GuardedThread thread_;
};

}  // namespace forerun::measure
