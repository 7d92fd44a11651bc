// A worker: one thread, one Lua state, and the voices that the conductor gave it, rendered neediest first.
//
// step() does one thing that is due (messages, a visit to the neediest voice, a step of garbage collection, a new pooled
// instance) and says whether there was any; the thread calls it until nothing is due and then sleeps until the clock makes
// something due or the conductor wakes it. Nobody ever waits for a worker.
//
// Here is who is served next and what a visit does. Its parts know nothing of it, and each has a test of its own:
//   WorkerThread                           warms up, wakes, sleeps, stops
//   VoicePlayer                            one voice's script: its frames, its events, its state
//   Checkpoints, TimelineBuild             a voice's way back, and the timeline that it is heard on next
//   WorkerLoad, WorkerDepth, VoiceCosts    how much time there is, and how far ahead whose voices are rendered for it
//   ScriptVersions, ScriptPreparation      reloads, until they are ready
//   ReportSender                           what the conductor and the session log are told
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "script-runtime/host/lua_host.h"
#include "script-runtime/sandbox/script_reader.h"
#include "script-runtime/worker/activity_line.h"
#include "script-runtime/worker/due_voices.h"
#include "script-runtime/worker/probe_calls.h"
#include "script-runtime/worker/quality.h"
#include "script-runtime/worker/render_ahead.h"
#include "script-runtime/worker/report_sender.h"
#include "script-runtime/worker/scheduling_watch.h"
#include "script-runtime/worker/script_preparation.h"
#include "script-runtime/worker/script_versions.h"
#include "script-runtime/worker/timeline_build.h"
#include "script-runtime/worker/voice_costs.h"
#include "script-runtime/worker/voice_player.h"
#include "script-runtime/worker/worked_voice.h"
#include "script-runtime/worker/worker_depth.h"
#include "script-runtime/worker/worker_load.h"
#include "script-runtime/worker/worker_thread.h"
#include "shared/configuration.h"
#include "shared/script_runtime.h"
#include "shared/shared_state.h"
#include "shared/threads/guarded_thread.h"
#include "shared/threads/single_writer.h"

namespace forerun {

class Watchdog;

class Worker {
public:
    Worker(std::uint32_t index, SharedState& state, const Configuration& configuration, const Rig& rig,
           const WorkerSetup& setup);
    ~Worker() { stop(); }
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;

    // Starts the thread, which makes its Lua state and warms every instrument. It reads scripts through `reader`, of which it
    // is one user until it is warm; nullptr where scripts are trusted, and then there is no wall around it. [owner]
    void start(Watchdog& watchdog, ScriptRuntime::ThreadStarted thread_started, const ScriptReader* reader);
    // Waits for the warming to end, so long at most; true when it has ended. Throws BadInput when a script failed in it. [owner]
    bool wait_until_warm(std::chrono::milliseconds longest) { return thread_.wait_until_warm(longest); }
    // The instrument that is compiled and warmed now; −1: all are. [any thread]
    std::int32_t warming_instrument() const { return warming_instrument_.load(std::memory_order_relaxed); }
    void wake() noexcept { thread_.wake(); }  // [any thread]
    // Makes new versions ready; the future has what was thrown, or null. [owner]
    std::future<std::exception_ptr> prepare(const ScriptReload& reload);
    void stop() noexcept { thread_.stop(); }  // [owner] joins

    // How far a voice's state may have to go back; 0 where nothing is rewound.
    static std::int32_t reach_frames(const Configuration& configuration);

private:
    void run(Watchdog& watchdog, std::optional<ScriptReader::User>& reads, const ReadScript& read);
    void make_host(const ReadScript& read);
    void tell_failure(const char* why) noexcept;
    bool step();
    bool take_messages();  // whether there were any
    void take_stop(WorkedVoice& voice, std::int64_t frame);
    void release_finished();

    // ---- worker_turns.cpp
    // At all voices: who is due, who waits for a rewind.
    void look(std::int64_t clock, std::int64_t limit);
    void line_up(WorkedVoice& voice, std::int64_t clock, std::int64_t limit);
    // False: nothing was due.
    bool take_turn(std::int64_t clock, std::int64_t limit);
    void visit(WorkedVoice& voice, std::int64_t clock, std::int64_t limit);
    bool rewind_one(std::int64_t clock, std::int64_t limit);
    // When the others that wait must have their turn, so that their events are heard in time; INT64_MAX: nobody waits.
    std::int64_t turn_of_others(const WorkedVoice& voice, const ClockReading& now) const;
    // Until then the timeline that holds an event at this engine frame must be published.
    std::int64_t last_moment(std::int64_t frame, const ClockReading& now) const;
    bool another_is_low(const WorkedVoice& voice, std::int64_t clock) const;  // below its floor
    bool fills_first(const WorkedVoice& voice, std::int64_t clock) const;

    // ---- worker_voices.cpp
    std::int64_t earliest_start(std::int64_t clock) const;
    bool begin(WorkedVoice& voice, std::int64_t clock);
    void render_quantum(WorkedVoice& voice);
    void commit(WorkedVoice& voice, int frames, bool ended);
    void publish(WorkedVoice& voice);
    void skip_if_dry(WorkedVoice& voice, std::int64_t clock);
    void fail(WorkedVoice& voice, const std::string& why);

    // ---- worker_rewind.cpp
    void take_event(WorkedVoice& voice, const VoiceMessage& message);
    bool rewind(WorkedVoice& voice, std::int64_t clock, std::int64_t limit);
    // Renders up to the seam for the state alone, then until the mixer can take the timeline, and on towards `limit` as long
    // as the old ring is safe to play and the others that wait can. False: the script failed.
    bool render_again(WorkedVoice& voice, RingWriter& writer, std::int64_t first_written, std::int64_t limit);
    bool acknowledged(const WorkedVoice& voice) const;
    void give_up_overdue(WorkedVoice& voice);
    void count_unheard(const WorkedVoice& voice);
    void count_gone(const VoiceMessage& message);

    // ---- worker_checkpoints.cpp
    // `outlasts`: other frames may be rendered from before it, and then it is put back. nullptr: the state cannot be copied.
    std::unique_ptr<Checkpoint> save(WorkedVoice& voice, bool outlasts = false);
    void keep_checkpoint(WorkedVoice& voice, std::int64_t clock, bool rewinds = false);
    void space_checkpoints(WorkedVoice& voice, std::int64_t clock);
    void drop_old_checkpoints(WorkedVoice& voice, std::int64_t frame);
    void drop_checkpoints(WorkedVoice& voice);
    void drop_unusable_checkpoints(WorkedVoice& voice);
    bool go_back(WorkedVoice& voice, std::int64_t frame, const std::vector<VoiceMessage>& messages);

    // Has the voice that was taken back its floor again?
    void look_for_floor(WorkedVoice& voice, std::int64_t clock);
    bool follow_load(std::int64_t clock);  // true: depths were set anew

    // ---- worker_cost.cpp
    std::int64_t cost_between(std::int64_t began, std::int64_t now);  // CPU time, nanoseconds
    void charge_quantum(WorkedVoice& voice, std::int64_t began, std::int64_t now);
    void charge_start(WorkedVoice& voice, std::int64_t began);
    bool affords_rewind(const WorkedVoice& voice, std::int64_t clock) const;
    void tell_slow(const WorkedVoice& voice, const std::string& text);
    std::string cost_text(const WorkedVoice& voice) const;
    bool follow_cost(WorkedVoice& voice, std::int64_t clock);  // true: it was stopped

    bool may_prepare(bool all_deep) const;
    bool prepare_step();  // false when there is nothing to do

    // ---- worker_replay.cpp
    // True: the message belongs to what the voice is told to do.
    bool take_told(WorkedVoice& voice, const VoiceMessage& message);
    void obey(WorkedVoice& voice);

    void follow_quality(WorkedVoice& voice, std::int64_t clock);
    void change_quality(WorkedVoice& voice, int level);
    bool collect(bool rings_are_full);
    void sleep();

    const std::uint32_t index_;
    SharedState& state_;
    const Configuration& configuration_;
    const Rig& rig_;
    WorkerLine& line_;
    const std::optional<std::int64_t> replay_reach_frames_;  // nothing: it is no replay
    WorkerProbe* const probe_;                               // or null
    ActivityLine activity_;
    QueueReader<VoiceMessage> messages_;
    ReportSender reports_;
    std::unique_ptr<LuaHost> host_;
    std::unique_ptr<VoicePlayer> player_;  // with host_
    std::vector<std::unique_ptr<WorkedVoice>> voices_;
    QualityThresholds quality_;
    const RenderAhead ahead_;
    WorkerLoad load_;
    WorkerDepth depth_;
    VoiceCosts costs_;
    std::uint16_t spare_ring_;
    CheckpointPool checkpoint_pool_;
    ScriptVersions versions_;
    ScriptPreparation preparation_;
    std::vector<bool> told_fixed_;    // of each instrument: that its voices cannot be rewound
    double quantum_nanoseconds_ = 0;  // of a usual quantum, smoothed
    double quantum_weight_ = 1;       // of the next one in it
    bool one_may_rise_ = true;        // in quality, in this window of the load: all at once would be an overload
    // What the newest look found.
    struct Overdue {
        std::int64_t frame = 0;  // engine frame of its earliest event
        WorkedVoice* voice = nullptr;
        bool waits = false;  // for the mixer, which has not moved on since
    };
    DueVoices due_;
    DueVoices due_later_;           // of voices that yield
    std::vector<Overdue> overdue_;  // earliest first
    std::int64_t looked_clock_ = -1, looked_limit_ = -1;
    double floor_nanoseconds_ = 0;       // what a rewind takes until the voice has its floor, smoothed
    std::int64_t owed_nanoseconds_ = 0;  // to voices near their end, for the newest rewind
    std::uint64_t bytes_after_cycle_ = 0;
    bool collecting_ = false;
    std::int64_t now_ = 0;  // monotonic, read once per quantum
    std::unique_ptr<SchedulingWatch> scheduling_;
    std::optional<ProbeCalls> probe_calls_;  // with host_

    std::atomic<std::int32_t> warming_instrument_{0};
    WorkerThread thread_;
};

}  // namespace forerun
